import Files

extension DSprites {
  /// The name of the official archive.
  public static let officialFileName = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz"

  /// Reads the official archive: `imgs` in chunks into packed form, `latents_classes` to prove the order.
  ///
  /// `latents_values` and the pickled `metadata` are not touched. `progress` is told the finished fraction. Throws
  /// `DatasetError` for anything that is not exactly the official data set, and `FileError`.
  public init(officialFile path: String, progress: (Double) -> Void = { _ in }) throws {
    try self.init(archive: path, grid: .dSprites, progress: progress)
  }

  /// Reads an archive of the official layout with the factors of `grid`.
  init(archive path: String, grid: FactorGrid, progress: (Double) -> Void = { _ in }) throws {
    let archive = try NPZ(path)
    try archive.withArray("latents_classes") { try DSprites.checkOrder($0, grid, path) }
    let storage = try archive.withArray("imgs") { try DSprites.packImages($0, grid, path, progress) }
    self.init(storage: storage, grid: grid, provenance: .official(sha256: try Digest.hexOfFile(path)))
  }

  /// Reads an archive to the end, its checksums included, without keeping the images; returns what it holds, in words.
  ///
  /// Throws as `init(officialFile:)` does, but for the values of pixels.
  static func inspect(archive path: String) throws -> String {
    let archive = try NPZ(path)
    let grid = FactorGrid.dSprites
    try archive.withArray("latents_classes") { try checkOrder($0, grid, path) }
    try archive.withArray("imgs") { stream in
      try check(stream, "imgs", shape: [grid.count, side, side], types: [.uint8, .bool], path)
      var rest = stream.header.dataByteCount
      let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
      defer { chunk.deallocate() }
      while rest > 0 {
        let count = min(rest, chunk.count)
        try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: chunk[..<count]))
        rest -= count
      }
      try stream.finish()
    }
    return "\(grid.count) images"
  }

  private static let imagesPerChunk = 1024

  private static func packImages(
    _ stream: NPYStream, _ grid: FactorGrid, _ path: String, _ progress: (Double) -> Void
  ) throws -> PackedWords {
    try check(stream, "imgs", shape: [grid.count, side, side], types: [.uint8, .bool], path)
    let pixelsPerImage = side * side
    let chunk = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(imagesPerChunk, grid.count) * pixelsPerImage, alignment: 64)
    defer { chunk.deallocate() }
    let storage = try PackedWords(count: grid.count * wordsPerImage) { words in
      for first in stride(from: 0, to: grid.count, by: imagesPerChunk) {
        let last = min(first + imagesPerChunk, grid.count)
        let bytes = UnsafeMutableRawBufferPointer(rebasing: chunk[..<((last - first) * pixelsPerImage)])
        try stream.read(into: bytes)
        let target = words[(first * wordsPerImage)..<(last * wordsPerImage)]
        if let wrong = BitPacking.pack(UnsafeRawBufferPointer(bytes), into: .init(rebasing: target)) {
          throw DatasetError.notBinary(
            path: path, image: first + wrong / pixelsPerImage, row: wrong % pixelsPerImage / side,
            column: wrong % side, value: bytes[wrong])
        }
        progress(Double(last) / Double(grid.count))
      }
    }
    try stream.finish()
    return storage
  }

  /// Compares every image's classes with the values that the grid gives it. The first column is the constant colour.
  private static func checkOrder(_ stream: NPYStream, _ grid: FactorGrid, _ path: String) throws {
    let columns = 1 + grid.sizes.count
    try check(stream, "latents_classes", shape: [grid.count, columns], types: [.int64], path)
    var row = [Int64](repeating: 0, count: columns)
    for image in 0..<grid.count {
      try row.withUnsafeMutableBytes { try stream.read(into: $0) }
      let found = row.map { Int(stream.header.isBigEndian ? $0.byteSwapped : $0) }
      let expected = [0] + grid.values(of: image)
      guard found == expected else {
        throw DatasetError.wrongOrder(path: path, image: image, found: found, expected: expected)
      }
    }
    try stream.finish()
  }

  private static func check(
    _ stream: NPYStream, _ name: String, shape: [Int], types: [NumberType], _ path: String
  ) throws {
    guard stream.header.shape == shape else {
      throw DatasetError.wrongShape(path: path, member: name, found: stream.header.shape, expected: shape)
    }
    guard types.contains(stream.header.element) else {
      throw DatasetError.wrongType(
        path: path, member: name, found: stream.header.element.rawValue, expected: types.map(\.rawValue))
    }
  }
}
