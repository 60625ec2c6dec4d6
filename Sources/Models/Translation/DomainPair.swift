import Datasets
import Randomness
import Torch

/// Minibatches from two domains of images: crops of one side, each flipped with probability one half.
///
/// Unpaired, each domain has epochs in orders of its own and its own crops. Paired, images of equal index go together and
/// are cropped and flipped alike.
struct DomainPair {
  let photos: any ByteImages
  let labels: any ByteImages
  let side: Int
  private let isPaired: Bool
  private var photoOrder: EpochOrder
  private var labelOrder: EpochOrder
  private var crops: RandomStream

  /// Throws `ModelError.images` for images that are no pictures of three channels, are smaller than `side` or do not fill
  /// a minibatch, and for pairs that do not match.
  init(
    photos: any ByteImages, labels: any ByteImages, side: Int, batch: Int, isPaired: Bool = false,
    model: String, seed: UInt64
  ) throws {
    for (name, images) in [("photographs", photos), ("labels", labels)] {
      guard images.channels == 3, images.width >= side, images.height >= side else {
        throw ModelError.images(
          model: model,
          found: "\(name) of \(images.width) x \(images.height) pixels and \(images.channels) channels",
          needed: "at least \(side) x \(side) pixels and 3 channels")
      }
      guard images.count >= batch else {
        throw ModelError.images(
          model: model, found: "\(images.count) \(name)", needed: "at least a minibatch of \(batch)")
      }
    }
    if isPaired, ImageSize(photos) != ImageSize(labels) || photos.count != labels.count {
      throw ModelError.images(
        model: model,
        found: "\(photos.count) photographs of \(photos.width) x \(photos.height) pixels and \(labels.count) "
          + "labels of \(labels.width) x \(labels.height)",
        needed: "as many of one as of the other, of equal size")
    }
    self.photos = photos
    self.labels = labels
    self.side = side
    self.isPaired = isPaired
    photoOrder = EpochOrder(
      count: photos.count, batch: batch,
      source: RandomStream(seed: seed, stream: Purpose.minibatches.rawValue))
    labelOrder = EpochOrder(
      count: labels.count, batch: batch,
      source: RandomStream(seed: seed, stream: Purpose.labelImages.rawValue))
    crops = RandomStream(seed: seed, stream: Purpose.crops.rawValue)
  }

  /// Minibatch `number`, [batch, 3, side, side] each, in -1...1.
  mutating func minibatch(_ number: Int, to device: Device) throws -> (labels: Tensor, photos: Tensor) {
    let ofPhotos = photoOrder.indices(ofMinibatch: number)
    let photoCrops = ofPhotos.map { _ in crop(of: photos) }
    let ofLabels = isPaired ? ofPhotos : labelOrder.indices(ofMinibatch: number)
    let labelCrops = isPaired ? photoCrops : ofLabels.map { _ in crop(of: labels) }
    return (
      try Crop.load(ofLabels, labelCrops, of: labels, side: side, to: device),
      try Crop.load(ofPhotos, photoCrops, of: photos, side: side, to: device)
    )
  }

  private mutating func crop(of images: any ByteImages) -> Crop {
    Crop(
      x: crops.index(below: images.width - side + 1), y: crops.index(below: images.height - side + 1),
      isFlipped: crops.uniform() < 0.5)
  }
}

extension DomainPair {
  var streams: [String: RandomStream] {
    ["photos": photoOrder.source, "labels": labelOrder.source, "crops": crops]
  }

  mutating func restore(from checkpoint: Checkpoint) throws {
    photoOrder.source = try checkpoint.stream("photos")
    labelOrder.source = try checkpoint.stream("labels")
    crops = try checkpoint.stream("crops")
  }
}

/// A square part of an image, and whether left and right change places in it.
struct Crop: Equatable {
  var x = 0
  var y = 0
  var isFlipped = false

  /// These parts of these images, [n, channels, side, side] in -1...1.
  static func load(
    _ indices: [Int], _ crops: [Crop], of images: any ByteImages, side: Int, to device: Device
  ) throws -> Tensor {
    let (channels, height, width) = (images.channels, images.height, images.width)
    return try Tensor(shape: [indices.count, channels, side, side]) { elements in
      var position = 0
      for (index, crop) in zip(indices, crops) {
        images.withPixels(of: index) { pixels in
          for row in 0..<(channels * side) {
            let (channel, y) = row.quotientAndRemainder(dividingBy: side)
            let start = (channel * height + crop.y + y) * width + crop.x
            for x in 0..<side {
              let place = start + (crop.isFlipped ? side - 1 - x : x)
              elements[position] = signedLevels[Int(pixels[place])]
              position += 1
            }
          }
        }
      }
    }.to(device)
  }
}
