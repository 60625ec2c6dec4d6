import Datasets
import Files
import Manifest
import Models
import Pipeline
import Results

/// Images that no model has made.
struct ReferenceImages: SceneRepresentation {
  enum Source: String, CaseIterable {
    /// The truth at the size that models work at: what no model can be read better than.
    case target
    /// The truth of another test scene, half of the split away.
    case otherScene = "other-scene"
    /// What is given, as it is.
    case input
    /// The mean of the training images.
    case mean
  }

  var source = Source.target

  static let name = "reference-images"
  static let summary =
    "images that no model has made: the truth, another scene's, what was given, or the training images' mean"
  static let parameters: [Parameter<ReferenceImages>] = [
    Parameter("source", \.source, required: true, "whose images")
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addScenes(Split.test, side: builder.sceneOptions.side)
  }

  func images(
    _ direction: TranslationDirection, of represented: String, _ configured: Configured,
    in builder: inout PlanBuilder
  ) -> String {
    var inputs = [Split.test: represented]
    if source == .mean {
      inputs[Split.train] = builder.addScenes(Split.train, side: builder.sceneOptions.side)
    }
    return builder.add(
      ReferenceImagesStep(), ["source": .string(source.rawValue), "direction": .string(direction.rawValue)],
      inputs: inputs, label: "images of \(builder.row.id)", needs: Needs(seconds: 2))
  }
}

struct ReferenceImagesStep: StepKind {
  let name = "reference-images"
  let version = 1

  func run(_ context: StepContext) throws {
    guard let source = context.step.parameters["source"]?.string.flatMap(ReferenceImages.Source.init),
      let direction = context.step.parameters["direction"]?.string.flatMap(TranslationDirection.init)
    else { throw StepsError(.failed, "the step names no images") }
    let scenes = try context.scenes(Split.test)
    let targets = direction.targets(of: scenes)
    let mean = source == .mean ? Self.mean(direction.targets(of: try context.scenes(Split.train))) : []
    try TranslateStep.write(like: targets, words: source.rawValue, in: context.output) {
      writer in
      for index in 0..<targets.count {
        switch source {
        case .target: try writer.append(targets.pixels(of: index), label: nil)
        case .otherScene:
          try writer.append(targets.pixels(of: (index + targets.count / 2) % targets.count), label: nil)
        case .input: try writer.append(direction.inputs(of: scenes).pixels(of: index), label: nil)
        case .mean: try writer.append(mean, label: nil)
        }
      }
    }
  }

  private static func mean(_ images: some ByteImages) -> [UInt8] {
    var sums = [Int](repeating: 0, count: images.pixelCount)
    for index in 0..<images.count {
      images.withPixels(of: index) { for position in 0..<$0.count { sums[position] += Int($0[position]) } }
    }
    let count = max(1, images.count)
    return sums.map { UInt8(($0 + count / 2) / count) }
  }
}

/// An answer that does not look at what is given.
struct FixedLayout: Representation {
  enum Layout: String, CaseIterable {
    /// The class that most pixels of the training scenes have, everywhere.
    case constant
    /// At every place the class that most training scenes have there.
    case mean
  }

  var layout = Layout.constant
  var grid = 128

  static let name = "fixed-layout"
  static let summary =
    "the same answer for every scene: one class everywhere, or the most frequent class of every place"
  static let takes = Port.imagePairs
  static let gives = Port.confusions
  static let parameters: [Parameter<FixedLayout>] = [
    Parameter("layout", \.layout, required: true, "which answer"),
    Parameter("grid", \.grid, in: 1...1024, "places a side at which training scenes are looked at"),
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    let options = builder.sceneOptions
    return builder.add(
      FixedLayoutStep(), configured.identified(by: Self.self),
      inputs: [
        Split.train: builder.addScenes(Split.train, side: options.side, truth: .side(grid)),
        Split.test: builder.addScenes(Split.test, side: options.side, truth: .native),
      ], label: "answers of \(builder.row.id)", needs: Needs(seconds: 5))
  }
}

struct FixedLayoutStep: StepKind {
  let name = "fixed-layout"
  let version = 1

  func run(_ context: StepContext) throws {
    let kind = try FixedLayout(context.step.parameters)
    guard let training = try context.scenes(Split.train).truth,
      let truth = try context.scenes(Split.test).truth
    else { throw StepsError(.failed, "the scenes have no truth") }
    let classes = SceneClasses.names.count
    let area = training.pixelCount
    var counts = [Int](repeating: 0, count: area * classes)
    for index in 0..<training.count {
      training.withPixels(of: index) { ids in
        for place in 0..<area where Int(ids[place]) < classes {
          counts[place * classes + Int(ids[place])] += 1
        }
      }
    }
    func most(_ count: (Int) -> Int) -> UInt8 {
      UInt8((0..<classes).max { (count($0), $1) < (count($1), $0) } ?? 0)
    }
    let ids: [UInt8]
    switch kind.layout {
    case .constant:
      let all = most { id in (0..<area).reduce(0) { $0 + counts[$1 * classes + id] } }
      ids = [UInt8](repeating: all, count: area)
    case .mean: ids = (0..<area).map { place in most { counts[place * classes + $0] } }
    }
    let map = ClassMap(height: training.height, width: training.width, ids: ids)
    let confusions = (0..<truth.count).map { map.confusions(with: truth, of: $0) }
    try FitOutput(
      outcomes: .confusions(ConfusionCounts(classes: SceneClasses.names, images: [confusions])), details: [:]
    ).save(in: context.output)
  }
}
