import Datasets
import Files
import Learners
import LinearAlgebra
import Manifest
import Models
import Pipeline
import Randomness

/// How a row represents the data: parameters that a manifest can set, the steps they become, and the code that those run.
protocol Representation: Parameterised {
  static var takes: Port { get }
  static var gives: Port { get }
  /// What a search may vary; nil where there is nothing to search.
  static var search: Kind.Search? { get }
  /// Adds the steps of one repeat, pictures included, and returns the identity of the one that leaves what is given.
  ///
  /// - Parameter configured: the same parameters as a manifest wrote them.
  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String
}

extension Representation {
  static var search: Kind.Search? { nil }

  static var kind: Kind {
    Kind(
      name, summary, fields: parameters.map(\.field), takes: takes, gives: [gives], search: search,
      rules: rules)
  }
}

/// A row of numbers for every labelled image, for a classifier.
protocol FeatureRepresentation: Representation {
  /// Whether a classifier scales every feature by its mean and deviation first.
  var standardise: Bool { get }
  /// Whether a classifier learns from the mirror images of the labelled images too.
  var mirrored: Bool { get }
}

extension FeatureRepresentation {
  var mirrored: Bool { false }
  static var takes: Port { .labelledImages }
  static var gives: Port { .features }
}

/// Features that need no training: an `encode` step computes them of the images alone.
protocol DirectFeatures: FeatureRepresentation {
  /// - Parameter training: the downstream training images, from which statistics may be taken.
  func encoder(_ context: StepContext, training: ImageCollection) throws -> FeatureEncoder
}

/// Features that a dictionary of patches gives.
protocol PatchDictionary: FeatureRepresentation {
  /// Learns the dictionary and leaves it in the output of a `dictionary` step.
  func learn(_ context: StepContext, _ images: PixelSource, stream: inout RandomStream) throws
  /// The encoder of a dictionary that `learn` has left in a folder, for images of the size of these: those that it was
  /// learned from may have another one.
  func encoder(dictionary folder: String, of images: PixelSource, threads: Int) throws -> FeatureEncoder
}

/// Features of a network, which learns in a `train` step.
protocol TrainedFeatures: FeatureRepresentation {
  var updates: Int { get }
}

/// Features of a network that learns from a collection of images.
protocol ImageNetwork: TrainedFeatures {
  var threads: Int { get }
  /// The untrained network.
  ///
  /// - Parameter classes: surrogate classes that an earlier training has found, where the kind knows such.
  func network(
    _ images: any ByteImages, classes: SurrogateClasses?, seed: UInt64, device: String
  ) throws -> any Trainable
  /// What turns images of so many pixels a side into features, its weights still to be restored.
  func encoder(imageSide: Int, device: String) throws -> any ImageEncoder
}

/// Features of a network that learns from other features of the training images.
protocol FeatureNetwork: TrainedFeatures {
  /// The untrained network.
  func network(_ features: any RowSource, seed: UInt64, device: String) throws -> any Trainable
  /// What turns the rows of the `features` input into rows of its own, by the weights of the `model` input.
  func encoder(_ context: StepContext) throws -> FeatureEncoder
}

/// Codes of images with known factors.
protocol CodeRepresentation: Representation {}

extension CodeRepresentation {
  static var takes: Port { .factorImages }
  static var gives: Port { .codes }
}

/// Codes that need no training: a `features` step computes them.
protocol DirectCodes: CodeRepresentation {
  func codes(_ images: DSprites, pool: [Int], _ context: StepContext) throws -> PooledCodes
}

/// Codes of a model that learns from images with known factors, in a `train` step.
protocol FactorModel: CodeRepresentation {
  var updates: Int { get }
  var threads: Int { get }
  func model(_ images: any FactorImages, seed: UInt64, device: String) throws -> any TrainableModel
}

extension Configured {
  /// The same kind without the parameters of some uses.
  func without<Kind: Parameterised>(_ uses: ParameterUse..., of kind: Kind.Type) -> Configured {
    let names = uses.reduce(into: Set<String>()) { $0.formUnion(kind.names($1)) }
    return Configured(kind: self.kind, parameters: parameters.filter { !names.contains($0.key) })
  }

  /// The same kind with the parameters of one use only.
  func only<Kind: Parameterised>(_ use: ParameterUse, of kind: Kind.Type) -> Configured {
    let names = kind.names(use)
    return Configured(kind: self.kind, parameters: parameters.filter { names.contains($0.key) })
  }

  /// What a step's identity is computed from: the parameters, and the revision of the code behind the kind.
  func identified(by kind: (some Parameterised).Type) -> JSON { identified(revision: kind.revision) }

  /// The first revision is in no identity.
  func identified(revision: Int) -> JSON {
    guard revision > 1 else { return json }
    return .object((json.object ?? [:]).merging(["revision": .int(revision)]) { $1 })
  }
}
