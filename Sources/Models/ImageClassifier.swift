import Datasets
import Torch

/// A model that tells the class of an image.
public protocol ImageClassifier: Trainable {
  /// The most probable class of each of these images.
  ///
  /// - Throws: `ModelError.images` for images of another size than those that the model was made for, `ModelError.data` for
  ///   indices out of range.
  func predict(_ images: any ByteImages, indices: [Int]) throws -> [Int]
}

/// The number of the largest score of each row of [n, classes]; the first of equal ones.
func mostProbable(_ scores: Tensor) throws -> [Int] {
  let elements = try scores.elements()
  let classes = scores.shape[1]
  return (0..<scores.shape[0]).map { row in
    (0..<classes).reduce(0) { elements[row * classes + $1] > elements[row * classes + $0] ? $1 : $0 }
  }
}

/// The share of rows of [n, classes] whose largest score is that of the label.
func accuracy(of scores: Tensor, _ labels: [Int]) throws -> Double {
  Double(try zip(mostProbable(scores), labels).count { $0 == $1 }) / Double(labels.count)
}

/// Channels, height and width of images.
struct ImageSize: Equatable, CustomStringConvertible {
  let channels: Int
  let height: Int
  let width: Int

  init(_ images: any ByteImages) {
    self.init(channels: images.channels, height: images.height, width: images.width)
  }

  init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  var description: String { "images of \(width) x \(height) pixels and \(channels) channels" }

  /// The size of maps after halving `times` times; throws `ModelError.images` unless the sides can be halved so often.
  func halved(_ times: Int, model: String) throws -> (height: Int, width: Int) {
    let factor = times < 32 ? 1 << times : Int.max
    guard height > 0, width > 0, height % factor == 0, width % factor == 0 else {
      throw ModelError.images(
        model: model, found: description, needed: "sides that are multiples of \(factor)")
    }
    return (height / factor, width / factor)
  }

  /// Throws `ModelError.images` unless `images` have this size, `ModelError.data` unless all `indices` are of them.
  func check(_ images: any ByteImages, _ indices: [Int], model: String) throws {
    let found = ImageSize(images)
    guard found == self else {
      throw ModelError.images(model: model, found: found.description, needed: description)
    }
    if let wrong = indices.first(where: { !(0..<images.count).contains($0) }) {
      throw ModelError.data(
        model: model, found: "item \(wrong)", needed: "items of a collection of \(images.count)")
    }
  }
}

/// A convolution, and batch normalisation of its maps where asked for.
struct NormalisedConvolution: Layer {
  private let convolution: Conv2d
  private let norm: BatchNorm?

  /// - Parameter hasBias: by default where no normalisation would remove it again.
  init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, isNormalised: Bool, hasBias: Bool? = nil,
    initialisation: Initialisation, generator: Generator, device: Device
  ) throws {
    convolution = try Conv2d(
      inputs, outputs, kernel: kernel, stride: stride, padding: kernel / 2,
      hasBias: hasBias ?? !isNormalised, initialisation: initialisation, generator: generator
    ).moved(to: device)
    norm = isNormalised ? try BatchNorm(outputs, device: device) : nil
  }

  var parameters: [NamedTensor] {
    convolution.parameters + (norm?.parameters.named(under: "norm") ?? [])
  }
  var buffers: [NamedTensor] { norm?.buffers.named(under: "norm") ?? [] }

  func callAsFunction(_ maps: Tensor, _ mode: Mode) throws -> Tensor {
    let sums = try convolution(maps)
    return try norm?(sums, mode) ?? sums
  }
}
