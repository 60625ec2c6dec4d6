import Datasets
import Files
import Foundation
import Images
import Manifest
import Models
import Pipeline
import Results

/// A few test scenes as a row renders them, and what is read of each: a column of the picture that compares rows (Zhu et al.
/// 2017, Figs. 5 and 7).
struct ExamplesStep: StepKind {
  let name = "examples"
  let version = 1
  let kinds: Kinds

  static let file = "examples.json"

  /// Whose images are shown.
  enum Subject: String {
    case row, input, truth

    /// A row without its name, which the plan's targets give: rows with equal images share a step.
    var shown: SceneExamples.Subject {
      switch self {
      case .row: .row("")
      case .input: .input
      case .truth: .truth
      }
    }
  }

  func run(_ context: StepContext) throws {
    let parameters = context.step.parameters
    guard let subject = (parameters["of"]?.string).flatMap(Subject.init) else {
      throw StepsError(.failed, "the step does not say whose images it shows")
    }
    let scenes = try context.scenes(Split.test)
    let reader = try kinds.reader(parameters["reader"] ?? .null)
    let direction = type(of: reader).reads
    let items = ShownScenes.indices(of: scenes.count, try context.number("scenes"))
    let made: ImageCollection =
      switch subject {
      case .row: try ImageCollection(file: "\(context.input(SceneRole.images))/\(TranslateStep.file)")
      case .input: direction.inputs(of: scenes)
      case .truth: direction.targets(of: scenes)
      }
    let side = made.width * ShownScenes.enlargement(of: made)
    let maps: [ClassMap] =
      if subject == .input, let truth = scenes.truth {
        items.map { ClassMap(height: truth.height, width: truth.width, ids: truth.pixels(of: $0)) }
      } else {
        try reader.reading(context).maps(made, items, scenes.truth ?? scenes.labels)
      }
    let examples = SceneExamples(
      subject: subject.shown, direction: direction.rawValue,
      made: pictures(items.map { made.raster($0).bytes }, side: made.width),
      read: pictures(maps.map { Self.colours(of: $0, side: side) }, side: side))
    try JSON.write(examples, to: "\(context.output)/\(Self.file)")
  }

  private func pictures(_ bytes: [[UInt8]], side: Int) -> SceneExamples.Pictures {
    SceneExamples.Pictures(
      count: bytes.count, height: side, width: side, bytes: Data(bytes.flatMap { $0 }))
  }

  /// The classes' colours, by the nearest pixel at `side` pixels a side.
  private static func colours(of map: ClassMap, side: Int) -> [UInt8] {
    let columns = (0..<side).map { $0 * map.width / side }
    let ids = (0..<side).flatMap { row in
      columns.map { map.ids[row * map.height / side * map.width + $0] }
    }
    return Raster(planes: ClassMap(height: side, width: side, ids: ids).planes, side: side, channels: 3)
      .bytes
  }
}

extension PlanBuilder {
  /// What a picture of all rows will show of this one, and once for the table what all were given and were to make.
  ///
  /// - Parameter inputs: those of the step that reads all of the row's images.
  mutating func addExamples(_ reader: Configured, _ kind: any SceneReader.Type, inputs: [String: String]) {
    guard repetition == 0 else { return }
    for subject in [ExamplesStep.Subject.input, .truth, .row] {
      var inputs = inputs
      if subject != .row { inputs[SceneRole.images] = nil }
      let identity = add(
        ExamplesStep(kinds: kinds),
        ["reader": reader.identified(by: kind), "of": .string(subject.rawValue), "scenes": 6],
        inputs: inputs,
        label: "examples of \(subject == .row ? row.id : subject.rawValue), \(kind.reads.rawValue)",
        needs: Needs(memory: 1 << 30, seconds: 5, device: kind.usesDevice))
      addSharedTarget(.examples, "\(kind.reads.rawValue), \(subject.rawValue)", identity)
    }
  }
}
