import Datasets
import Manifest
import Models
import Pipeline

/// What tells the class of every pixel of an image that a row has made: a classifier of images.
///
/// It decides what a column speaks of: one that reads photographs is asked of label maps that were made into photographs.
protocol SceneReader: Parameterised {
  /// The direction whose images it reads.
  static var reads: TranslationDirection { get }
  /// Whether it computes on an accelerator, where there is one.
  static var usesDevice: Bool { get }
  /// Adds what a step has to be given to read by it.
  ///
  /// - Parameter configured: the same parameters as a manifest wrote them.
  func addInputs(_ configured: Configured, to inputs: inout [String: String], in builder: inout PlanBuilder)
  /// Ready to read, by those inputs.
  func reading(_ context: StepContext) throws -> SceneReading
}

extension SceneReader {
  static var usesDevice: Bool { true }

  static var kind: Kind {
    Kind(name, summary, fields: parameters.map(\.field), takes: .images, gives: [.confusions], rules: rules)
  }
}

/// Tells the classes of images.
struct SceneReading {
  /// What is said of these images; `truth` is the size of what it will be held against.
  let maps: (_ images: any ByteImages, _ indices: [Int], _ truth: any ByteImages) throws -> [ClassMap]
}
