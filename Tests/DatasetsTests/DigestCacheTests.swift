import Files
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Datasets

@Suite struct DigestCacheTests {
  /// A folder of files and a cache, at a time when the files are old enough to be remembered.
  private final class Setting: Sendable {
    let folder: TemporaryDirectory
    let read = Mutex<[Int]>([])

    init() throws { folder = try TemporaryDirectory() }

    func cache(after seconds: Int64 = 60) -> DigestCache {
      DigestCache(
        folder: folder.path("cache"), now: { FileStamp.now() + seconds * 1_000_000_000 },
        willRead: { files, _ in self.read.withLock { $0.append(files) } })
    }

    func paths(_ count: Int) -> [String] { (0..<count).map { folder.path("files/\($0)") } }

    /// How many files were read at each look since the last call.
    func looks() -> [Int] {
      read.withLock { looks in
        defer { looks = [] }
        return looks
      }
    }

    var memory: String {
      get throws {
        try folder.path("cache/" + #require(folder.files().first { $0.hasPrefix("cache/") }).dropFirst(6))
      }
    }
  }

  private static func hex(_ text: String) -> String { Digest.hex(of: text.utf8) }

  @Test func `a file is read once, and again when it is another one`() throws {
    let setting = try Setting()
    for number in 0..<300 { try setting.folder.file("files/\(number)", "text \(number)".utf8) }
    let paths = setting.paths(300)
    let first = try setting.cache().digests(of: paths, group: "g")
    #expect(first.map { $0?.hex } == (0..<300).map { Self.hex("text \($0)") })
    #expect(try setting.cache().digests(of: paths, group: "g") == first)
    #expect(setting.looks() == [300])
    // Of the same length, under the same name, with the old time of modification.
    var times = stat()
    #expect(stat(paths[7], &times) == 0)
    try setting.folder.file("files/7", "text x".utf8)
    var old = [times.st_atim, times.st_mtim]
    #expect(utimensat(AT_FDCWD, paths[7], &old, 0) == 0)
    #expect(try setting.cache().digests(of: paths, group: "g")[7]?.hex == Self.hex("text x"))
    #expect(setting.looks() == [1])
    // A name does not matter, and neither does the order.
    try POSIXFileSystem().rename(paths[9], to: paths[8])
    let rest = try setting.cache().digests(of: [paths[8], paths[9], paths[0]], group: "g")
    #expect(rest.map { $0?.hex } == [Self.hex("text 9"), nil, Self.hex("text 0")])
  }

  @Test func `a file that has just been written is not remembered`() throws {
    let setting = try Setting()
    try setting.folder.file("files/0", [1])
    for _ in 0..<2 { _ = try setting.cache(after: 0).digests(of: setting.paths(1), group: "g") }
    #expect(setting.looks() == [1, 1])
    // Nor is one that a clock from the future has stamped.
    _ = try setting.cache(after: -1000).digests(of: setting.paths(1), group: "g")
    _ = try setting.cache().digests(of: setting.paths(1), group: "g")
    #expect(setting.looks() == [1, 1])
    _ = try setting.cache().digests(of: setting.paths(1), group: "g")
    #expect(setting.looks().isEmpty)
  }

  @Test func `a memory with a wrong bit is not believed`() throws {
    let setting = try Setting()
    for number in 0..<3 { try setting.folder.file("files/\(number)", "\(number)".utf8) }
    let right = try setting.cache().digests(of: setting.paths(3), group: "g")
    let memory = try setting.memory
    let bytes = try POSIXFileSystem().contents(of: memory)
    #expect(bytes.count == 18 + 3 * 72 + 32)
    for place in stride(from: 0, to: bytes.count, by: 7) {
      var wrong = bytes
      wrong[place] ^= 4
      try DurableFile.write(wrong, to: memory)
      #expect(DigestMemory.read(memory) == nil)
    }
    var mutator = Mutator(seed: 5)
    for _ in 0..<Mutator.count(default: 300) {
      let mutant = mutator.mutant(of: bytes)
      try DurableFile.write(mutant, to: memory)
      #expect(mutant == bytes || DigestMemory.read(memory) == nil)
    }
    #expect(try setting.cache().digests(of: setting.paths(3), group: "g") == right)
    #expect(setting.looks() == [3, 3])
    #expect(DigestMemory.read(memory)?.count == 3)
  }

  @Test func `without a folder to write to everything is read every time`() throws {
    let setting = try Setting()
    try setting.folder.file("files/0", [1])
    try setting.folder.file("file", [1])
    for place in [nil, setting.folder.path("file/below")] {
      let cache = DigestCache(folder: place, now: { FileStamp.now() + 60_000_000_000 })
      for _ in 0..<2 {
        #expect(try cache.digests(of: setting.paths(1), group: "g")[0]?.hex == Digest.hex(of: [1]))
      }
    }
    // A folder is in the place of the memory.
    _ = try setting.cache().digests(of: setting.paths(1), group: "g")
    let memory = try setting.memory
    try POSIXFileSystem().removeTree(memory)
    try setting.folder.file("cache/\(Paths.name(of: memory))/x", [1])
    #expect(try setting.cache().digests(of: setting.paths(1), group: "g")[0]?.hex == Digest.hex(of: [1]))
  }

  @Test func `several writers of one memory leave a whole one`() async throws {
    let setting = try Setting()
    for number in 0..<40 { try setting.folder.file("files/\(number)", "\(number)".utf8) }
    await withTaskGroup(of: Bool.self) { group in
      for part in 0..<8 {
        group.addTask {
          let paths = Array(setting.paths(40)[(part * 5)..<(part * 5 + 5)])
          let digests = try? setting.cache().digests(of: paths, group: "g")
          return digests?.map { $0?.hex } == (0..<5).map { Self.hex("\(part * 5 + $0)") }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
    #expect(try DigestMemory.read(setting.memory)?.isEmpty == false)
    #expect(try setting.folder.files().filter { $0.hasPrefix("cache/") }.count == 1)
  }

  @Test func `what is not asked for any more is forgotten in the end`() throws {
    let setting = try Setting()
    for number in 0..<30 { try setting.folder.file("files/\(number)", "\(number)".utf8) }
    _ = try setting.cache().digests(of: setting.paths(30), group: "g")
    try setting.folder.file("files/0", "new".utf8)
    _ = try setting.cache().digests(of: setting.paths(2), group: "g")
    #expect(try DigestMemory.read(setting.memory)?.count == 2)
  }

  @Test func `what is no file has no digest, and its place in a fingerprint says why`() throws {
    let setting = try Setting()
    let folder = setting.folder
    #expect(mkfifo(folder.path("fifo"), 0o600) == 0)
    #expect(symlink("nothing", folder.path("link")) == 0)
    let paths = [folder.path("fifo"), folder.path("link"), folder.path, folder.path("missing")]
    #expect(try setting.cache().digests(of: paths, group: "g") == [nil, nil, nil, nil])
    let error = #expect(throws: FileError.self) {
      try Fingerprint.ofFiles([paths[0]], digests: setting.cache())
    }
    #expect(error?.description == "cannot open \(paths[0]): it is not a regular file. Check the path.")
    #expect(throws: FileError.self) { try Fingerprint.ofFiles([paths[1]], digests: setting.cache()) }
  }

  @Test func `digests come back as they are written down`() {
    let hex = "00000000000000000123456789abcdefffffffffffffffff8000000000000001"
    #expect(FileDigest(hex: hex).hex == hex)
  }
}
