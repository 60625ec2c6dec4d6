import Datasets

/// From which domain of images to which.
public enum TranslationDirection: String, Codable, Sendable, CaseIterable {
  case labelsToPhotos = "labels-to-photos"
  case photosToLabels = "photos-to-labels"
}

/// A model that makes images of one domain of images of the other. Label maps are images of three channels here, as
/// photographs are.
public protocol ImageTranslator: Trainable {
  /// Images in the other domain, one for each index, of the same size, each byte the nearest of 256 levels.
  /// Deterministic.
  ///
  /// - Throws: `ModelError.images` unless the images have three channels and the side that the model was made for,
  ///   `ModelError.data` for indices out of range.
  func translate(_ images: any ByteImages, indices: [Int], _ direction: TranslationDirection) throws
    -> ImageStack
  /// The same at less cost, where translating is dear: what learning curves are made of.
  func preview(_ images: any ByteImages, indices: [Int], _ direction: TranslationDirection) throws
    -> ImageStack
}

extension ImageTranslator {
  public func preview(_ images: any ByteImages, indices: [Int], _ direction: TranslationDirection) throws
    -> ImageStack
  { try translate(images, indices: indices, direction) }
}

/// The images that `make` makes of one block of indices after another.
func translated(
  _ indices: [Int], side: Int, block: Int = 1, make: (_ block: [Int]) throws -> ImageStack
) throws -> ImageStack {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(indices.count * 3 * side * side)
  for range in blocks(0..<indices.count, of: block) { bytes += try make(Array(indices[range])).bytes }
  return ImageStack(channels: 3, height: side, width: side, bytes: bytes)
}
