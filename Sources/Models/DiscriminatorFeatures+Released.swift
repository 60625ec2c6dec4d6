import Datasets
import Files
import Torch

extension DiscriminatorFeatures {
  /// A discriminator that the authors of DCGAN released, from a folder of `.npy` arrays.
  ///
  /// The arrays are named `…discrim_params.jl_NN.npy` and counted from 01: the filters of the first convolution, then
  /// filters, gain and shift of each further one, then the output. Theano turns its filters by 180 degrees before it
  /// slides them over an image, so they are turned here, once, in both directions.
  ///
  /// - Parameter layers: how many convolutions are wanted, from the first on; their arrays must all be there.
  /// - Throws: `ModelError.weights` for a missing array or a wrong shape, and `DatasetError` for one that cannot be read.
  public static func released(
    folder: String, configuration: DCGANConfiguration = .imageNet(), layers: Int = 4, device: Device = .cpu
  ) throws -> DiscriminatorFeatures {
    let features = try DiscriminatorFeatures(
      configuration: configuration, layers: layers, seed: 0, device: device)
    let names = try POSIXFileSystem().sortedNames(in: folder)
    for named in features.parameters {
      let (number, isFilter) = try ReleasedArray.position(of: named.name)
      let array = try ReleasedArray.read(number, of: named, among: names, in: folder)
      let elements =
        isFilter ? ReleasedArray.turned(array, area: configuration.kernel * configuration.kernel) : array
      try elements.withUnsafeBufferPointer { try named.tensor.write($0) }
    }
    return features
  }
}

/// How the released files are numbered and laid out.
enum ReleasedArray {
  /// The number of the array that holds a parameter, and whether it holds filters.
  static func position(of parameter: String) throws -> (number: Int, isFilter: Bool) {
    let parts = parameter.split(separator: ".")
    guard parts.count == 4, let layer = Int(parts[2]) else {
      preconditionFailure("\(parameter) is no parameter of a convolution or its normalisation")
    }
    // One array for the first layer, three for each further one.
    let first = layer == 1 ? 1 : 3 * layer - 4
    switch (parts[1], parts[3]) {
    case ("convolution", _): return (first, true)
    case (_, "weight"): return (first + 1, false)
    default: return (first + 2, false)
    }
  }

  static func read(_ number: Int, of parameter: NamedTensor, among names: [String], in folder: String) throws
    -> [Float]
  {
    let ending = "discrim_params.jl_" + (number < 10 ? "0" : "") + "\(number).npy"
    let found = names.filter { $0.hasSuffix(ending) }
    guard let name = found.first, found.count == 1 else {
      throw ModelError.weights(
        path: folder,
        reason: found.isEmpty
          ? "no file ends in \(ending), which would hold \(parameter.name)"
          : "\(found.count) files end in \(ending): \(found.joined(separator: ", "))",
        advice: found.isEmpty
          ? "Ask for fewer layers, or complete the folder" : "Leave the arrays of one model in the folder")
    }
    let array = try NPYArray(contentsOf: "\(folder)/\(name)")
    guard array.shape == parameter.tensor.shape else {
      throw ModelError.weights(
        path: "\(folder)/\(name)",
        reason: "the array has shape \(array.shape) where \(parameter.name) has \(parameter.tensor.shape)",
        advice: "Check that the folder and the configuration belong to the same model")
    }
    return array.doubles.map(Float.init)
  }

  /// Filters of `area` pixels each, turned by 180 degrees: their pixels in reverse order.
  static func turned(_ filters: [Float], area: Int) -> [Float] {
    stride(from: 0, to: filters.count, by: area).flatMap { filters[$0..<($0 + area)].reversed() }
  }
}
