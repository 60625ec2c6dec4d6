import Datasets
import Files
import Manifest
import Models
import Pipeline

/// Makes an image of every test scene by a trained model.
struct TranslateStep: StepKind {
  let name = "translate"
  let version = 1
  let kinds: Kinds

  /// One image for each test scene, in their order.
  static let file = "images.pack"

  func run(_ context: StepContext) throws {
    guard let direction = context.step.parameters["direction"]?.string.flatMap(TranslationDirection.init)
    else {
      throw StepsError(.failed, "the step names no direction")
    }
    let scenes = try context.scenes(SceneRole.scenes)
    let model = try SceneTraining.restored(context, scenes, kinds: kinds)
    let inputs = direction.inputs(of: scenes)
    try TranslateStep.write(like: inputs, words: direction.rawValue, in: context.output) {
      writer in
      for start in stride(from: 0, to: inputs.count, by: 25) {
        if context.shouldStop { throw Interrupted() }
        let indices = Array(start..<min(inputs.count, start + 25))
        let images = try model.translate(inputs, indices: indices, direction)
        for index in 0..<images.count {
          try images.withPixels(of: index) { try writer.append($0, label: nil) }
        }
        context.progress(
          Double(start + indices.count) / Double(inputs.count),
          "scene \(start + indices.count) of \(inputs.count)")
      }
    }
  }

  /// Writes the images that `body` appends, of the size and channels of others.
  static func write(
    like images: some ByteImages, words: String, in folder: String,
    _ body: (inout ImageCollectionWriter) throws -> Void
  ) throws {
    try ImageCollectionWriter.write(
      to: "\(folder)/\(file)", channels: images.channels, height: images.height, width: images.width,
      classes: [],
      provenance: words, isLabelled: false, body)
  }
}
