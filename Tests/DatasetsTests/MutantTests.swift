import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

/// Damaged files of every format: a reader answers with what it read or with an error, at once and in little memory.
@Suite struct MutantTests {
  private static func read(
    _ original: [UInt8], seed: UInt64, count: Int, _ body: (_ path: String) throws -> Void
  ) throws {
    let folder = try TemporaryDirectory()
    var mutator = Mutator(seed: seed)
    for number in 0..<Mutator.count(default: count) {
      let path = try folder.file("\(number)", mutator.mutant(of: original))
      do {
        try body(path)
      } catch is DatasetError {
      } catch is FileError {
      }
      try POSIXFileSystem().removeFile(path)
    }
  }

  @Test(arguments: ["tiny.npz", "stored.npz", "numbers.npz"])
  func `archives of arrays`(name: String) throws {
    try Self.read(Fixtures.bytes(name), seed: 11, count: 800) { path in
      _ = try? DSprites(archive: path, grid: Fixtures.tinyGrid)
      _ = try? DSprites.inspect(archive: path)
      let archive = try NPZ(path)
      for name in archive.names {
        let array = try? archive.array(name, limit: 1 << 24)
        _ = array?.doubles.count
      }
    }
  }

  /// Every field of the header lies within 128 bytes.
  @Test func `arrays`() throws {
    let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }"
    let header = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
    try Self.read(bytes + [UInt8](repeating: 1, count: 48), seed: 12, count: 3000) { path in
      let array = try NPYArray(contentsOf: path)
      #expect(array.doubles.count == array.count)
    }
  }

  @Test func `batches and archives of CIFAR-10`() throws {
    var batch: [UInt8] = []
    for image in 0..<2 { batch += [UInt8(image)] + [UInt8](repeating: UInt8(image), count: 3072) }
    let folder = try TemporaryDirectory()
    for name in (1...5).map({ "data_batch_\($0).bin" }) + ["test_batch.bin"] {
      try folder.file("\(CIFAR10.folderName)/\(name)", batch)
    }
    for compression in ["", "z"] {
      let tar = Process()
      tar.executableURL = URL(fileURLWithPath: "/bin/tar")
      tar.arguments = ["-c\(compression)f", folder.path("x"), "-C", folder.path, CIFAR10.folderName]
      try tar.run()
      tar.waitUntilExit()
      let target = folder.path("out")
      try Self.read(POSIXFileSystem().contents(of: folder.path("x")), seed: 13, count: 600) { path in
        let set = try CIFAR10(path, imagesPerBatch: 2)
        _ = try? set.save(.test, to: target)
        // The digest that guards against damage is not what is tested here.
        try Unpacking.unpack(path, folder: CIFAR10.folderName, limit: 1 << 20, into: folder.path("unpacked"))
      }
    }
  }

  /// The plain file has the headers in the open, and the wrapped one takes them through zlib with a checksum that fits.
  @Test(arguments: ["packed.mat", "packed-double.mat", "one.mat"])
  func `MATLAB files of SVHN`(name: String) throws {
    let original = try Fixtures.bytes("matlab/\(name)")
    try Self.read(original, seed: 16, count: 1500) { path in _ = try SVHN(.train, file: path).inspect() }
    guard name == "one.mat" else { return }
    let folder = try TemporaryDirectory()
    var mutator = Mutator(seed: 17)
    for _ in 0..<Mutator.count(default: 1500) {
      let matrix = mutator.mutant(of: Array(original[128...]))
      let path = try folder.file("wrapped", original[..<128] + MATFileTests.packed(matrix))
      do {
        _ = try SVHN(.train, file: path).inspect()
      } catch is DatasetError {
      }
    }
  }

  @Test func `collections and packed images`() throws {
    let folder = try TemporaryDirectory()
    let images = ImageCollection(
      pixels: [UInt8](repeating: 7, count: 24), channels: 3, height: 2, width: 2, labels: [0, 1],
      classes: ["a", "b"], provenance: "p")
    try images.save(to: folder.path("images"))
    try Self.read(POSIXFileSystem().contents(of: folder.path("images")), seed: 14, count: 1500) { path in
      let images = try ImageCollection(file: path)
      for index in 0..<min(images.count, 3) { _ = images.pixels(of: index) }
    }
    try Fixtures.tiny().save(to: folder.path("bits"))
    try Self.read(POSIXFileSystem().contents(of: folder.path("bits")), seed: 15, count: 1500) { path in
      let images = try DSprites(file: path)
      _ = images.packedWords(for: [images.grid.count - 1])
    }
  }

  /// Numbers in a header that fit no file, where the mutator would need luck.
  @Test func `a header of huge numbers is refused`() throws {
    let folder = try TemporaryDirectory()
    let images = ImageCollection(
      pixels: [1, 2, 3], channels: 3, height: 1, width: 1, labels: [], classes: [], provenance: "p")
    try images.save(to: folder.path("images"))
    let bytes = try POSIXFileSystem().contents(of: folder.path("images"))
    for start in ["9223372036854771712", "4611686018427387904", "-4096"] {
      let text = String(decoding: bytes[..<4096], as: UTF8.self)
        .replacing("\"pixelsStart\":4096", with: "\"pixelsStart\":\(start)").prefix(4096)
      let path = try folder.file("x", Array(text.utf8) + bytes[4096...])
      let error = #expect(throws: DatasetError.self) { try ImageCollection(file: path) }
      #expect(error?.description.contains("its images start at byte \(start)") == true, "\(error!)")
    }
  }
}
