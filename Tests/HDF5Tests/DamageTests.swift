import Files
import Foundation
import HDF5
import TestSupport
import Testing

/// Damaged files are told from whole ones, or read as what they were; they never end the process.
@Suite struct DamageTests {
  private static let values = (0..<64).map { Float($0) }

  private static func image() throws -> [UInt8] {
    try HDF5File.image { root in
      let group = try root.createGroup("results")
      try group.write(
        values, as: "values", shape: [8, 8], layout: .chunked(.shape([4, 8]), deflate: 6, checksum: true))
      try group.attributes.write("accuracy", as: "metric")
      try root.attributes.write([1, 2, 3], as: "numbers")
    }
  }

  /// Reads everything; false where something differs from what was written.
  private static func isIntact(_ file: HDF5File) throws -> Bool {
    let group = try file.root.group("results")
    return try group.dataset("values").read(Float.self) == values
      && group.attributes.read("metric", as: String.self) == "accuracy"
      && file.root.attributes.readArray("numbers", as: Int.self) == [1, 2, 3]
  }

  @Test func everyTruncationIsNoticed() throws {
    let directory = try TemporaryDirectory()
    let image = try Self.image()
    for length in stride(from: 0, to: image.count, by: 61) {
      let path = try directory.file("cut.h5", image.prefix(length))
      #expect(throws: HDF5Error.self, "cut to \(length) of \(image.count) bytes") {
        try Self.isIntact(HDF5File(reading: path))
      }
    }
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let directory = try TemporaryDirectory()
    let image = try Self.image()
    var unnoticed: [Int] = []
    ByteFlips.forEach(of: image) { position, damaged in
      guard let isIntact = try? Self.isIntact(HDF5File(image: damaged)) else { return }
      #expect(isIntact)
      unnoticed.append(position)
    }
    // Only in the introduction of the seal, without which a file counts as a foreign one.
    #expect(unnoticed == Array(0..<"Retable HDF5 file. SHA-256 from byte 512 on: ".utf8.count))

    var damaged = image
    damaged[image.count / 2] ^= 1
    let path = try directory.file("damaged.h5", damaged)
    let error = try #require(throws: HDF5Error.self) { try HDF5File(reading: path) }
    #expect(
      "\(error)"
        == "cannot open \(path): its content is not what was written: the SHA-256 differs. "
        + "The file is damaged or was edited: remove it and make it again.")
  }

  @Test func filesWithoutASealAreOpenedToo() throws {
    let directory = try TemporaryDirectory()
    let proper = try Self.image().dropFirst(512)
    #expect(try Self.isIntact(HDF5File(image: Array(proper))))
    let path = try directory.file("cut.h5", proper.dropLast())
    let error = try #require(throws: HDF5Error.self) { try HDF5File(reading: path) }
    #expect(error.reason.contains("truncated file: eof = \(proper.count - 1)"))
    #expect(error.advice == "The file was cut off: remove it and make it again.")
  }
}

/// A disk that fills up while the library itself writes.
@Suite struct FullDiskTests {
  @Test(arguments: [DatasetLayout.contiguous, .compressed])
  func endsInAnErrorWithoutACrashAtExit(_ layout: DatasetLayout) async {
    await #expect(processExitsWith: .exitCode(28)) { [isCompressed = (layout == .compressed) as Bool] in
      let layout = isCompressed ? DatasetLayout.compressed : .contiguous
      let directory = try TemporaryDirectory()
      var limit = rlimit(rlim_cur: 300_000, rlim_max: 300_000)
      setrlimit(__rlimit_resource_t(1), &limit)  // RLIMIT_FSIZE
      var stream = SystemRandomNumberGenerator()
      let noise = (0..<100_000).map { _ in UInt64.random(in: .min ... .max, using: &stream) }
      var failed = false
      do {
        try HDF5File.writeLarge(to: directory.path("large.h5"), expectedBytes: 800_000) {
          try $0.write(noise, as: "noise", layout: layout)
        }
      } catch let error as HDF5Error {
        let message = "HDF5 says: file write failed: File too large ("
        failed = error.isDiskFull && error.reason.hasPrefix(message)
      }
      let isClean = (try? directory.files()) == []
      // The library goes on working for others.
      let image = try HDF5File.image { try $0.write(1, as: "x") }
      let worksOn = try HDF5File(image: image).root.dataset("x").readScalar(Int.self) == 1
      exit(failed && isClean && worksOn ? 28 : 1)
    }
  }
}
