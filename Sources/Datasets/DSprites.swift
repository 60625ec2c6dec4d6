/// dSprites (Matthey et al. 2017): binary 64 x 64 images of one shape each, every combination of five factors.
///
/// All 737,280 images in the official order (shape, scale, orientation, x, y; y fastest), eight pixels to the byte:
/// 512 bytes per image, 377 MB in all. Row r of an image is one 64-bit word whose bit c is column c.
public struct DSprites: FactorImages, Sendable {
  /// Pixels on a side.
  public static let side = 64
  /// Words in an image: one for each row.
  public static let wordsPerImage = side

  public let grid: FactorGrid
  public var width: Int { DSprites.side }
  public var height: Int { DSprites.side }
  /// Where the pixels come from; a table made from them names it.
  public let provenance: Provenance

  let storage: PackedWords
  private let count: Int

  init(storage: PackedWords, grid: FactorGrid, provenance: Provenance) {
    self.storage = storage
    self.grid = grid
    self.provenance = provenance
    count = grid.count
  }

  /// Wraps packed images: `grid.count * 64` words, images in the order of `grid`, each row by row.
  public init(packed words: [UInt64], grid: FactorGrid = .dSprites, provenance: Provenance) {
    let count = grid.count * DSprites.wordsPerImage
    precondition(words.count == count, "\(words.count) words do not hold \(grid.count) images of 64 words")
    let storage = PackedWords(count: count) { _ = $0.update(fromContentsOf: words) }
    self.init(storage: storage, grid: grid, provenance: provenance)
  }

  /// The first stored word of image `index`.
  func firstWord(of index: Int) -> Int {
    precondition((0..<count).contains(index), "image \(index) outside 0..<\(count)")
    return index * DSprites.wordsPerImage
  }
}

extension DSprites {
  /// Writes the chosen images as 0 and 1, `indices.count * 4096` floats.
  public func fill(_ indices: [Int], into pixels: UnsafeMutableBufferPointer<Float>) {
    let pixelsPerImage = width * height
    precondition(
      pixels.count == indices.count * pixelsPerImage,
      "\(pixels.count) floats do not hold \(indices.count) images")
    guard var target = pixels.baseAddress else { return }
    storage.withUnsafeWords { words in
      BitPacking.withUnpacker { unpack in
        for index in indices {
          let first = firstWord(of: index)
          unpack(UnsafeBufferPointer(rebasing: words[first..<(first + DSprites.wordsPerImage)]), target)
          target += pixelsPerImage
        }
      }
    }
  }

  /// Calls `body` with the 64 rows of image `index`; bit c of a row is column c.
  public func withWords<R>(of index: Int, _ body: (UnsafeBufferPointer<UInt64>) throws -> R) rethrows -> R {
    let first = firstWord(of: index)
    return try storage.withUnsafeWords { words in
      try body(UnsafeBufferPointer(rebasing: words[first..<(first + DSprites.wordsPerImage)]))
    }
  }

  /// The rows of the chosen images, one image after another: `indices.count * 64` words.
  public func packedWords(for indices: [Int]) -> [UInt64] {
    let count = indices.count * DSprites.wordsPerImage
    return [UInt64](unsafeUninitializedCapacity: count) { buffer, initialised in
      guard var target = buffer.baseAddress else { return }
      for index in indices {
        withWords(of: index) { target.initialize(from: $0.baseAddress!, count: $0.count) }
        target += DSprites.wordsPerImage
      }
      initialised = count
    }
  }
}
