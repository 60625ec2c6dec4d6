import Files
import Glibc
import TestSupport
import Testing

@Suite struct TemporaryDirectoryTests {
  @Test func holdsFilesAndVanishes() throws {
    var path = ""
    do {
      let directory = try TemporaryDirectory()
      path = directory.path
      try directory.file("a/b", "text".utf8)
      #expect(try directory.files() == ["a/b"])
    }
    #expect(try !POSIXFileSystem().exists(path))
  }
}

@Suite struct FaultyFileSystemTests {
  private let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test func logsItsCalls() throws {
    let files = FaultyFileSystem()
    try files.close(files.open(directory.path("new"), for: .creating))
    #expect(files.log == ["open new", "close new"])
    #expect(!files.hasStruck)
    #expect(files.openFiles == 0)
  }

  @Test func failsAtTheChosenCallOnly() throws {
    let files = FaultyFileSystem(failingAt: 1, with: .error(EIO))
    try files.makeDirectory(directory.path("a"))
    #expect(throws: FileError("make directory", directory.path("b"), code: EIO)) {
      try files.makeDirectory(directory.path("b"))
    }
    try files.makeDirectory(directory.path("c"))
    #expect(try files.names(in: directory.path).sorted() == ["a", "c"])
    #expect(files.hasStruck)
  }

  @Test func failsAfterTheWorkIsDone() throws {
    let files = FaultyFileSystem(failingAt: 0, with: .errorAfterwards(EIO))
    #expect(throws: FileError.self) { try files.makeDirectory(directory.path("a")) }
    #expect(try files.names(in: directory.path) == ["a"])
  }

  @Test func failsFromNowOn() throws {
    let files = FaultyFileSystem(failingAt: 1, with: .errorFromNowOn(ENOSPC))
    try files.makeDirectory(directory.path("a"))
    for _ in 0..<3 {
      #expect(throws: FileError.self) { try files.makeDirectory(directory.path("b")) }
    }
  }

  @Test func writesOneByteWhenShort() throws {
    let files = FaultyFileSystem(failingAt: 1, with: .short)
    let file = try files.open(directory.path("new"), for: .creating)
    let counts = try [UInt8]("text".utf8).withUnsafeBytes {
      [try files.write(file, $0), try files.write(file, $0)]
    }
    try files.close(file)
    #expect(counts == [1, 4])
  }

  @Test func doesNothingAfterItHasHalted() throws {
    let files = FaultyFileSystem(failingAt: 1, with: .halt)
    let file = try files.open(directory.path("new"), for: .creating)
    let write = { try [UInt8]("text".utf8).withUnsafeBytes { _ = try files.write(file, $0) } }
    #expect(throws: FileError.self) { try write() }
    #expect(throws: FileError.self) { try write() }
    #expect(throws: FileError.self) { try files.removeFile(directory.path("new")) }
    #expect(throws: FileError.self) { try files.close(file) }
    #expect(try POSIXFileSystem().text(of: directory.path("new")) == "te")
    #expect(files.openFiles == 0)
  }

  @Test func everyCallHasItsTurn() throws {
    var failures = 0
    let struck = try forEveryCall(.error(EIO)) { files in
      do { try files.removeTree(directory.file("file", [])) } catch { failures += 1 }
    }
    #expect(struck == 2)  // status, remove
    #expect(failures == 2)
  }
}

@Suite struct ByteFlipsTests {
  @Test func flipsOneBitOfEachByte() {
    var seen: [[UInt8]] = []
    ByteFlips.forEach(of: [0, 0, 0]) { seen.append($1) }
    #expect(seen == [[1, 0, 0], [0, 2, 0], [0, 0, 4]])
  }

  @Test func skipsBytes() {
    var positions: [Int] = []
    ByteFlips.forEach(of: [UInt8](repeating: 0, count: 10), step: 4) { position, _ in
      positions.append(position)
    }
    #expect(positions == [0, 4, 8])
  }
}

@Suite struct MutatorTests {
  @Test func equalSeedsGiveEqualMutants() {
    let bytes = [UInt8](0...99)
    var (first, second) = (Mutator(seed: 1), Mutator(seed: 1))
    let mutants = (0..<100).map { _ in first.mutant(of: bytes) }
    #expect(mutants == (0..<100).map { _ in second.mutant(of: bytes) })
    #expect(Set(mutants).count > 90)
  }

  @Test func nothingIsMutatedToo() {
    var mutator = Mutator(seed: 2)
    for _ in 0..<100 { #expect(mutator.mutant(of: []).count < 600) }
  }
}
