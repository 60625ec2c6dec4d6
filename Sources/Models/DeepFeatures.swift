import Datasets
import Files
import Torch

/// A network trained on ImageNet whose maps compare images: SqueezeNet v1.0 (Iandola et al. 2016), which reads blue, green
/// and red in 0...255 minus (104, 117, 123), and pools with windows that may reach over the edge.
public final class DeepFeatures {
  private let first: Filters
  private let fires: [Fire]
  /// What is subtracted from red, green and blue in -1...1, [1, 3, 1, 1].
  private let means: Tensor
  private let inputSide: Int
  private static let layers = (2...9).map { "fire\($0)" }
  /// After which modules a pooling stands, beside the one after the first convolution.
  private static let pooled: Set = [4, 8]

  /// - Parameters:
  ///   - folder: the arrays `conv1.weight`, `conv1.bias`, `fire2/squeeze1x1.weight`, …: as `.npy` files of these names below
  ///     it, or together in one `.npz` archive in it.
  ///   - layer: whose maps are given back, `fire2` to `fire9`.
  ///   - inputSide: the side to which images are brought, bilinearly, before the network sees them; 227 in training.
  /// - Throws: `ModelError.weights` for an array that is missing or of another shape, a layer that there is not or an input
  ///   that is too small, `DatasetError` for an array that cannot be read.
  public init(
    arrays folder: String, layer: String = "fire8", inputSide: Int = 227, device: Device = .cpu
  ) throws {
    guard let position = DeepFeatures.layers.firstIndex(of: layer) else {
      throw ModelError.weights(
        path: folder, reason: "SqueezeNet has no layer \(layer)",
        advice: "Choose one of \(DeepFeatures.layers.joined(separator: ", "))")
    }
    guard (32...4096).contains(inputSide) else {
      throw ModelError.weights(
        path: folder, reason: "images of \(inputSide) pixels are none for SqueezeNet",
        advice: "Choose a side from 32 to 4096; 227 is what it was trained with")
    }
    let arrays = try WeightArrays(folder: folder)
    first = try Filters(arrays, "conv1", shape: [96, 3, 7, 7], isReversed: true, device: device)
    var fires: [Fire] = []
    var inputs = 96
    for number in 2...(position + 2) {
      let squeezed = 16 * (number / 2)
      fires.append(try Fire(arrays, number, inputs: inputs, squeezed: squeezed, device: device))
      inputs = 8 * squeezed
    }
    self.fires = fires
    means = try Tensor([123, 117, 104].map { $0 / 127.5 - 1 }, shape: [1, 3, 1, 1], device: device)
    self.inputSide = inputSide
  }

  /// Images [n, 3, s, s] in -1...1, red, green, blue, to maps [n, c, h, w] after ReLU. Gradients reach the images.
  public func maps(of images: Tensor) throws -> Tensor {
    let enlarged = try images.upsampledBilinear2d(height: inputSide, width: inputSide)
    let input = try ((enlarged - means) * 127.5).channelsLast()
    var values = try first(input, stride: 2).maxPool2d(kernel: 3, stride: 2, coversEdge: true)
    for (position, fire) in fires.enumerated() {
      values = try fire(values)
      if DeepFeatures.pooled.contains(position + 2), position < fires.count - 1 {
        values = try values.maxPool2d(kernel: 3, stride: 2, coversEdge: true)
      }
    }
    return values
  }

  /// A convolution with ReLU whose weights stay as they were read.
  private struct Filters {
    private let weight: Tensor
    private let bias: Tensor

    /// - Parameter isReversed: whether the first channel of images is the last that the filters were trained with.
    init(_ arrays: WeightArrays, _ name: String, shape: [Int], isReversed: Bool = false, device: Device)
      throws
    {
      var filters = try arrays.read("\(name).weight", shape: shape)
      if isReversed {
        let area = shape[2] * shape[3]
        let filter = shape[1] * area
        filters = filters.indices.map { place in
          let channel = place % filter / area
          return filters[place + (shape[1] - 1 - 2 * channel) * area]
        }
      }
      weight = try Tensor(filters, shape: shape, device: device)
      bias = try Tensor(try arrays.read("\(name).bias", shape: [shape[0]]), shape: [shape[0]], device: device)
    }

    func callAsFunction(_ maps: Tensor, stride: Int = 1, padding: Int = 0) throws -> Tensor {
      try maps.conv2d(weight: weight, bias: bias, stride: stride, padding: padding).reluInPlace()
    }
  }

  /// A convolution of 1 x 1 to few channels, then one of 1 x 1 and one of 3 x 3 to four times as many, side by side.
  private struct Fire {
    private let squeeze: Filters
    private let expand1: Filters
    private let expand3: Filters

    init(_ arrays: WeightArrays, _ number: Int, inputs: Int, squeezed: Int, device: Device) throws {
      func filters(_ name: String, _ shape: [Int]) throws -> Filters {
        try Filters(arrays, "fire\(number)/\(name)", shape: shape, device: device)
      }
      squeeze = try filters("squeeze1x1", [squeezed, inputs, 1, 1])
      expand1 = try filters("expand1x1", [4 * squeezed, squeezed, 1, 1])
      expand3 = try filters("expand3x3", [4 * squeezed, squeezed, 3, 3])
    }

    func callAsFunction(_ maps: Tensor) throws -> Tensor {
      let few = try squeeze(maps)
      return try Tensor.concatenate([expand1(few), expand3(few, padding: 1)], along: 1)
    }
  }
}

/// Named arrays of published weights, one by one in a folder or together in one archive in it.
private struct WeightArrays {
  private let folder: String
  private let archive: NPZ?

  init(folder: String) throws {
    self.folder = folder
    let names = try POSIXFileSystem().sortedNames(in: folder).filter { $0.hasSuffix(".npz") }
    guard names.count <= 1 else {
      throw ModelError.weights(
        path: folder, reason: "there are \(names.count) archives: \(names.joined(separator: ", "))",
        advice: "Leave the one of the wanted network in the folder")
    }
    archive = try names.first.map { try NPZ("\(folder)/\($0)") }
  }

  func read(_ name: String, shape: [Int]) throws -> [Float] {
    let path = archive.map { "\($0.path), \(name)" } ?? "\(folder)/\(name).npy"
    let array: NPYArray
    if let archive {
      guard archive.names.contains(name) else { throw missing(name, in: archive.path) }
      array = try archive.array(name)
    } else {
      do {
        array = try NPYArray(contentsOf: path)
      } catch let error as FileError where error.isMissing {
        throw missing(name, in: folder)
      }
    }
    guard array.shape == shape else {
      throw ModelError.weights(
        path: path, reason: "the array has shape \(array.shape) where SqueezeNet v1.0 has \(shape)",
        advice: "Check that the arrays are those of SqueezeNet v1.0")
    }
    return array.doubles.map(Float.init)
  }

  private func missing(_ name: String, in place: String) -> ModelError {
    .weights(
      path: place, reason: "there is no array \(name)", advice: "Complete the arrays of SqueezeNet v1.0")
  }
}
