import Files
import Glibc
import TestSupport
import Testing

/// Faults at every call: whatever happens, the old content or the new one is under the final name.
@Suite struct DurableFileFaultTests {
  static let faults: [FaultyFileSystem.Fault] = [
    .error(EIO), .error(ENOSPC), .error(EDQUOT), .error(EACCES), .error(EINTR), .errorAfterwards(EIO),
    .errorFromNowOn(ENOSPC), .errorFromNowOn(EIO), .short, .halt,
  ]

  @Test(arguments: faults, [true, false])
  func leaveTheOldFileOrTheNewOne(_ fault: FaultyFileSystem.Fault, replacing: Bool) throws {
    let struck = try forEveryCall(fault) { files in
      let directory = try TemporaryDirectory()
      let path = directory.path("file")
      if replacing { try directory.file("file", "the old text".utf8) }

      var failure: FileError?
      do throws(FileError) {
        try DurableFile.write("the new text, which is longer", to: path, using: files)
      } catch {
        failure = error
      }

      let content = try POSIXFileSystem().exists(path) ? try POSIXFileSystem().text(of: path) : nil
      let old = replacing ? "the old text" : nil
      if failure == nil {
        #expect(content == "the new text, which is longer")
      } else {
        #expect(content == old || content == "the new text, which is longer")
      }
      // A fault that one repetition gets over is no failure at all.
      if fault == .error(EINTR) || fault == .short { #expect(failure == nil) }
      if !fault.preventsCleaning { #expect(try directory.files().allSatisfy { $0 == "file" }) }
      #expect(files.openFiles == 0)
    }
    #expect(struck >= (fault == .short ? 1 : 9))
  }

  @Test(arguments: faults)
  func leaveTheOldFileOrTheNewOneOfAnotherWriter(_ fault: FaultyFileSystem.Fault) throws {
    let struck = try forEveryCall(fault) { files in
      let directory = try TemporaryDirectory()
      let path = try directory.file("file", "old".utf8)
      var hasFailed = false
      do {
        try DurableFile.write(to: path, using: files) { try directory.file(Paths.name(of: $0), "new".utf8) }
      } catch {
        hasFailed = true
      }
      let content = try POSIXFileSystem().text(of: path)
      #expect(content == "new" || (hasFailed && content == "old"))
      if fault == .error(EINTR) { #expect(!hasFailed) }
      if !fault.preventsCleaning { #expect(try directory.files() == ["file"]) }
      #expect(files.openFiles == 0)
    }
    #expect(struck >= (fault == .short ? 0 : 7))
  }
}

extension FaultyFileSystem.Fault {
  /// Whether removing the temporary file must fail too.
  var preventsCleaning: Bool {
    switch self {
    case .errorFromNowOn, .halt: true
    case .error, .errorAfterwards, .short: false
    }
  }
}
