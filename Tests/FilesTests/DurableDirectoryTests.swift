import Files
import Glibc
import TestSupport
import Testing

@Suite struct DurableDirectoryTests {
  let directory: TemporaryDirectory
  let files = POSIXFileSystem()
  init() throws { directory = try TemporaryDirectory() }

  @Test func commitsAllOfATree() throws {
    try DurableDirectory.write(to: directory.path("final")) { temporary in
      try directory.file(Paths.join(Paths.name(of: temporary), "a/b/c"), "deep".utf8)
      try directory.file(Paths.join(Paths.name(of: temporary), "d"), "flat".utf8)
    }
    #expect(try directory.files() == ["final/a/b/c", "final/d"])
  }

  @Test func synchronizesFromTheLeavesUp() throws {
    try directory.file("new/a/b", "deep".utf8)
    let faultless = FaultyFileSystem()
    try DurableDirectory.commit(directory.path("new"), to: directory.path("final"), using: faultless)
    let decisive = faultless.log.filter { $0.hasPrefix("synchronize") || $0.hasPrefix("rename") }
    #expect(
      decisive == [
        "synchronize b", "synchronize a", "synchronize new", "rename final",
        "synchronize \(Paths.name(of: directory.path))",
      ])
  }

  @Test func neverReplacesAFolder() throws {
    try directory.file("final/a", "old".utf8)
    try directory.file("new/a", "new".utf8)
    #expect {
      try DurableDirectory.commit(directory.path("new"), to: directory.path("final"))
    } throws: { error in (error as? FileError)?.isAlreadyThere == true }
    #expect(try directory.files() == ["final/a"])
    #expect(try files.text(of: directory.path("final/a")) == "old")
  }

  @Test(arguments: DurableFileFaultTests.faults)
  func faultsLeaveAllOrNothing(_ fault: FaultyFileSystem.Fault) throws {
    let struck = try forEveryCall(fault) { files in
      let directory = try TemporaryDirectory()
      var hasFailed = false
      do {
        try DurableDirectory.write(to: directory.path("final"), using: files) { temporary in
          for name in ["a/b", "c", "d"] {
            try directory.file(Paths.join(Paths.name(of: temporary), name), name.utf8)
          }
        }
      } catch {
        hasFailed = true
      }
      let found = try directory.files()
      let finished = found.filter { $0.hasPrefix("final") }
      #expect(finished == ["final/a/b", "final/c", "final/d"] || (hasFailed && finished.isEmpty))
      if fault == .error(EINTR) { #expect(!hasFailed) }
      if !fault.preventsCleaning {
        #expect(try POSIXFileSystem().names(in: directory.path).allSatisfy { $0 == "final" })
      }
      #expect(files.openFiles == 0)
    }
    #expect(struck >= (fault == .short ? 0 : 20))
  }
}
