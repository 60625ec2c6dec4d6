import Files
import Glibc
import TestSupport
import Testing

@Suite struct FileSystemTests {
  let directory: TemporaryDirectory
  let files = POSIXFileSystem()
  init() throws { directory = try TemporaryDirectory() }

  /// Two processes that begin with an empty store: one asks for a folder, and its parent is made by the other right after.
  @Test func aParentThatComesMeanwhileIsNoError() throws {
    let directory = try TemporaryDirectory()
    let files = FaultyFileSystem(failingAt: 0, with: .error(ENOENT))
    try files.makeDirectories(directory.path("folder"))
    #expect(files.hasStruck)
    #expect(
      try POSIXFileSystem().status(of: directory.path("folder"), followingLinks: false).kind == .directory)
  }

  @Test func namesLeaveOutUnfinishedThings() throws {
    try directory.file("b", [])
    try directory.file("A", [])
    try directory.file(Paths.name(of: TemporaryName.beside("/x/b")), [])
    #expect(try files.sortedNames(in: directory.path) == ["A", "b"])
    #expect(try files.names(in: directory.path).count == 3)
  }

  @Test func removesTreesWithoutFollowingLinks() throws {
    try directory.file("kept/file", "text".utf8)
    try directory.file("gone/a/b", [])
    symlink(directory.path("kept"), directory.path("gone/link"))
    try files.removeTree(directory.path("gone"))
    try files.removeTree(directory.path("never was"))
    #expect(try directory.files() == ["kept/file"])
  }

  @Test func makesFoldersAndAcceptsThemWhenTheyExist() throws {
    try files.makeDirectories(directory.path("a/b/c"))
    try files.makeDirectories(directory.path("a/b/c"))
    try directory.file("a/file", [])
    #expect {
      try files.makeDirectories(directory.path("a/file"))
    } throws: { error in (error as? FileError)?.isAlreadyThere == true }
  }

  @Test func readsFilesLargerThanAChunk() throws {
    let bytes = (0..<(1 << 20) + 17).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = try directory.file("large", bytes)
    #expect(try files.contents(of: path) == bytes)
    #expect(try Digest.hexOfFile(path) == Digest.hex(of: bytes))
  }

  @Test(arguments: [FaultyFileSystem.Fault.short, .error(EINTR)])
  func readingGetsOverShortReadsAndInterruptions(_ fault: FaultyFileSystem.Fault) throws {
    let path = try directory.file("file", "some text".utf8)
    let struck = try forEveryCall(fault) { files in
      let text = try files.text(of: path)
      #expect(text == "some text")
    }
    #expect(struck >= 1)
  }

  @Test func textMustBeUTF8() throws {
    let path = try directory.file("file", [0xFF, 0xFE])
    #expect {
      try files.text(of: path)
    } throws: { error in
      "\(error)" == "cannot read \(path): the file is not UTF-8 text. Save it as UTF-8, or check the path."
    }
  }

  @Test func missingThingsHaveNoStatus() throws {
    #expect(try files.statusIfPresent(of: directory.path("missing")) == nil)
    #expect(try files.statusIfPresent(of: directory.file("there", [1, 2]))?.size == 2)
    symlink(directory.path("missing"), directory.path("dangling"))
    #expect(try files.exists(directory.path("dangling")))
  }

  @Test func roomIsAskedForWithAMargin() throws {
    try Paths.requireSpace(for: 0, in: directory.path)
    let total = try files.space(at: directory.path).total
    #expect {
      try Paths.requireSpace(for: total, in: directory.path)
    } throws: { error in (error as? FileError)?.isDiskFull == true }
  }
}

@Suite struct DigestTests {
  // FIPS 180-2, appendix B.1, and the digest of nothing.
  @Test func knownAnswers() {
    #expect(
      Digest.hex(of: Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest.hex(of: []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(Digest.hex(of: "abc".utf8.lazy.map { $0 }) == Digest.hex(of: Array("abc".utf8)))
  }
}

@Suite struct FileErrorTests {
  @Test(arguments: [(ENOSPC, true), (EDQUOT, true), (EFBIG, true), (EIO, false), (EACCES, false)])
  func fullDisks(_ code: Int32, _ isFull: Bool) {
    #expect(FileError("write", "file", code: code).isDiskFull == isFull)
  }

  @Test func saysWhatOnWhatWhyAndWhatToDo() {
    #expect(
      FileError("write", "/data/x", code: ENOSPC).description
        == "cannot write /data/x: No space left on device (ENOSPC). "
        + "Free space on this file system, or choose another folder.")
  }

  /// mkdir under /proc answers ENOENT although the parent exists; asking the parent again would never end.
  @Test func aFolderThatRefusesChildrenIsAnError() {
    #expect(throws: FileError.self) { try POSIXFileSystem().makeDirectories("/proc/retable/below") }
  }
}
