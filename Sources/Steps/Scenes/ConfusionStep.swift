import Datasets
import Files
import Manifest
import Models
import Pipeline
import Results

/// What reads a row's images is held against the truth, image by image: confusion counts, of which columns are statistics.
struct ConfusionStep: StepKind {
  let name = "confusions"
  let version = 1
  let kinds: Kinds

  func run(_ context: StepContext) throws {
    let reader = try kinds.reader(context.step.parameters["reader"] ?? .null)
    let reading = try reader.reading(context)
    let images = try ImageCollection(file: "\(context.input(SceneRole.images))/\(TranslateStep.file)")
    let scenes = try context.scenes(Split.test)
    guard let truth = scenes.truth else { throw StepsError(.failed, "the test scenes have no truth") }
    guard images.count == truth.count else {
      throw StepsError(
        .failed, "the row left \(images.count) images, and there are \(truth.count) test scenes")
    }
    var counts: [[Int32]] = []
    for start in stride(from: 0, to: images.count, by: 25) {
      if context.shouldStop { throw Interrupted() }
      let indices = Array(start..<min(images.count, start + 25))
      counts += zip(indices, try reading.maps(images, indices, truth)).map {
        $1.confusions(with: truth, of: $0)
      }
      context.progress(
        Double(counts.count) / Double(images.count), "image \(counts.count) of \(images.count)")
    }
    var details = SceneScores(counts).details
    details["collapse-ratio"] = Spread.ratio(images, type(of: reader).reads.targets(of: scenes))
    try FitOutput(
      outcomes: .confusions(ConfusionCounts(classes: SceneClasses.names, images: [counts])), details: details
    ).save(in: context.output)
  }
}

/// What is worth knowing of confusion counts beside the scores.
struct SceneScores {
  let details: [String: Double]

  init(_ images: [[Int32]]) {
    let classes = SceneClasses.names.count
    var (pixels, none) = (0, 0)
    for image in images {
      for (cell, count) in image.enumerated() {
        pixels += Int(count)
        if cell % (classes + 1) == classes { none += Int(count) }
      }
    }
    // In the published script such answers fall into the counts of another class.
    details = ["answered-no-class": pixels > 0 ? Double(none) / Double(pixels) : 0]
  }
}

/// How much images differ from one another.
enum Spread {
  /// The mean over pixels and channels of the standard deviation over images, of one set against another: near 0 where the
  /// first has collapsed into one image whatever it was made of.
  ///
  /// - Parameter items: which images of the other set count; nil for all.
  static func ratio(
    _ images: some ByteImages, _ reference: some ByteImages, items: [Int]? = nil
  ) -> Double {
    let own = mean(images, Array(0..<images.count))
    let other = mean(reference, items ?? Array(0..<reference.count))
    return other > 0 ? own / other : 0
  }

  private static func mean(_ images: some ByteImages, _ indices: [Int]) -> Double {
    var sums = [Double](repeating: 0, count: images.pixelCount)
    var squares = sums
    for index in indices {
      images.withPixels(of: index) { pixels in
        for position in 0..<pixels.count {
          let value = Double(pixels[position])
          sums[position] += value
          squares[position] += value * value
        }
      }
    }
    let count = Double(max(1, indices.count))
    let deviations = zip(sums, squares).map { sum, square in
      max(0, square / count - (sum / count) * (sum / count)).squareRoot()
    }
    return deviations.reduce(0, +) / Double(max(1, deviations.count))
  }
}

extension PlanBuilder {
  /// Confusion counts of what the row's representation has made, by what reads it in a column. Columns share them, whatever
  /// they compute of them.
  mutating func addConfusions(_ column: Column, of represented: String, by representation: any Representation)
    -> String
  {
    guard let configured = row.classifier(column), let scenes = representation as? any SceneRepresentation,
      let kind = kinds.readers.first(where: { $0.name == configured.kind })
    else {
      preconditionFailure("the manifest was validated, yet nothing reads the images of '\(column.id)'")
    }
    var inputs = [
      SceneRole.images: scenes.images(kind.reads, of: represented, row.representation, in: &self),
      Split.test: addScenes(Split.test, side: sceneOptions.side, truth: .native),
    ]
    settled(kind, configured).addInputs(configured, to: &inputs, in: &self)
    addExamples(configured, kind, inputs: inputs)
    return add(
      ConfusionStep(kinds: kinds), ["reader": configured.identified(by: kind)], inputs: inputs,
      label: "read \(label): \(column.id)",
      needs: Needs(memory: 2 << 30, seconds: 30, device: kind.usesDevice))
  }
}
