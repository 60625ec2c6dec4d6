import Files
import Glibc
import TestSupport
import Testing

@Suite struct DurableFileTests {
  let directory: TemporaryDirectory
  let files = POSIXFileSystem()
  init() throws { directory = try TemporaryDirectory() }

  @Test func writesAndReplaces() throws {
    let path = directory.path("file")
    try DurableFile.write("first", to: path)
    try DurableFile.write([UInt8]("second".utf8), to: path)
    try DurableFile.write("third".utf8.lazy.map { $0 }, to: path)
    #expect(try files.text(of: path) == "third")
    #expect(try directory.files() == ["file"])
  }

  @Test func keepsThePermissionsOfTheOldFile() throws {
    let path = try directory.file("file", "old".utf8)
    chmod(path, 0o640)
    try DurableFile.write("new", to: path)
    #expect(try files.status(of: path, followingLinks: true).permissions == 0o640)
  }

  @Test func synchronizesTheFileBeforeTheRenameAndTheFolderAfterIt() throws {
    let faultless = FaultyFileSystem()
    try DurableFile.write("text", to: directory.path("file"), using: faultless)
    let operations = faultless.log.map { $0.split(separator: " ")[0] }
    #expect(
      operations == [
        "status", "open", "write", "synchronize", "close", "rename", "open", "synchronize", "close",
      ])
    #expect(faultless.log[5] == "rename file")
    #expect(faultless.log[7] == "synchronize \(Paths.name(of: directory.path))")
  }

  @Test func writesInAMissingFolderFail() {
    let path = directory.path("missing/file")
    #expect {
      try DurableFile.write("text", to: path)
    } throws: { error in
      "\(error)"
        == "cannot create \(path): No such file or directory (ENOENT). "
        + "Check that the path is right and that its folder exists."
    }
  }

  @Test func aFolderInThePlaceIsNotReplaced() throws {
    try files.makeDirectories(directory.path("folder"))
    #expect(throws: FileError.self) { try DurableFile.write("text", to: directory.path("folder")) }
    #expect(try files.names(in: directory.path) == ["folder"])
  }

  @Test func `a pipe or a device in the place is not replaced`() throws {
    let path = directory.path("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    #expect {
      try DurableFile.write("text", to: path)
    } throws: { error in
      "\(error)"
        == "cannot write \(path): it is a pipe or a device, which a file would take the place of. "
        + "Name a file; standard output can be redirected."
    }
    #expect(try files.names(in: directory.path) == ["pipe"])
    #expect(throws: FileError.self) { try DurableFile.write("text", to: "/dev/null") }
  }

  @Test func otherWritersGetATemporaryPath() throws {
    let path = directory.path("file")
    try DurableFile.write(to: path) { temporary in
      #expect(TemporaryName.matches(Paths.name(of: temporary)))
      #expect(Paths.parent(of: temporary) == directory.path)
      try DurableFile.write("text", to: temporary)
    }
    #expect(try files.text(of: path) == "text")
    #expect(try directory.files() == ["file"])
  }

  @Test func whatAnotherWriterThrowsLeavesNothing() throws {
    struct Trouble: Error {}
    #expect(throws: Trouble.self) {
      try DurableFile.write(to: directory.path("file")) { temporary in
        try DurableFile.write("half", to: temporary)
        throw Trouble()
      }
    }
    #expect(try directory.files() == [])
  }

  @Test func theFileSizeLimitIsAnErrorAndNotTheEnd() async {
    await #expect(processExitsWith: .exitCode(28)) {
      let directory = try TemporaryDirectory()
      var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
      setrlimit(__rlimit_resource_t(1), &limit)  // RLIMIT_FSIZE
      do throws(FileError) {
        try DurableFile.write([UInt8](repeating: 1, count: 5000), to: directory.path("file"))
      } catch {
        let isClean = (try? directory.files()) == []
        exit(error.isDiskFull && error.code == EFBIG && isClean ? 28 : 1)
      }
    }
  }
}

@Suite struct DurableMoveTests {
  @Test(arguments: DurableFileFaultTests.faults)
  func faultsLoseNothing(_ fault: FaultyFileSystem.Fault) throws {
    let struck = try forEveryCall(fault) { files in
      let directory = try TemporaryDirectory()
      let source = try directory.file("checkpoint.new", "new".utf8)
      let target = try directory.file("checkpoint", "old".utf8)
      var hasFailed = false
      do {
        try DurableFile.move(source, to: target, using: files)
      } catch {
        hasFailed = true
      }
      let content = try POSIXFileSystem().text(of: target)
      // The new bytes are under one of the two names, whatever happens.
      #expect(content == "new" || (hasFailed && content == "old"))
      let isAtSource = try POSIXFileSystem().exists(source)
      #expect(isAtSource == (content == "old"))
      #expect(files.openFiles == 0)
    }
    #expect(struck >= (fault == .short ? 0 : 7))
  }
}
