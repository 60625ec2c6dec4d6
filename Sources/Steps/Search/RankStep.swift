import Files
import Pipeline

/// What a step that validates a trial leaves as `validation.json`: any such step can be part of a search.
struct ValidationOutput: Codable, Equatable {
  static let file = "validation.json"

  /// What the number is: `accuracy on 2000 held-out training images`.
  let criterion: String
  /// Higher is better; nil where the trial has no number, because its training diverged.
  let value: Double?
  /// Why there is no number, or which candidate has none.
  var note: String?

  func save(in folder: String) throws { try JSON.write(self, to: "\(folder)/\(Self.file)") }
}

/// Trials in the order of their validation, the best first.
struct Ranking: Codable, Equatable {
  static let file = "ranking.json"

  struct Entry: Codable, Equatable {
    /// The place of the trial's model among those that were compared.
    let position: Int
    /// The number of the trial in the order of drawing.
    let trial: Int
    let value: Double?
  }

  let criterion: String
  let entries: [Entry]

  /// - Parameters:
  ///   - outputs: one for each model, in the order of their positions.
  ///   - trials: the trial of each position.
  init(_ outputs: [ValidationOutput], trials: [Int]) {
    precondition(outputs.count == trials.count, "\(outputs.count) validations of \(trials.count) trials")
    criterion = outputs.first?.criterion ?? ""
    entries = outputs.indices
      .map { Entry(position: $0, trial: trials[$0], value: outputs[$0].value) }
      .sorted { left, right in
        // Equal scores in the order of drawing, so that a ranking is the same on every machine.
        let (a, b) = (left.value ?? -.infinity, right.value ?? -.infinity)
        return a != b ? a > b : left.trial < right.trial
      }
  }

  init(folder: String) throws { self = try JSON.read(Self.self, at: "\(folder)/\(Self.file)") }
}

/// Orders the trials of a search by what their validation says.
struct RankStep: StepKind {
  let name = "rank"
  let version = 1

  func run(_ context: StepContext) throws {
    let count = try context.number("models")
    let outputs = try (0..<count).map { position in
      try JSON.read(
        ValidationOutput.self,
        at: "\(context.input(SearchRole.validation(position)))/\(ValidationOutput.file)")
    }
    // The models of a later stage are those of the first ranks of the stage before it.
    let trials =
      context.hasInput(SearchRole.ranking)
      ? try Ranking(folder: context.input(SearchRole.ranking)).entries.prefix(count).map(\.trial)
      : Array(0..<count)
    guard trials.count == count else {
      throw StepsError(.corruptInput, "\(count) trials were to be ranked and \(trials.count) are known")
    }
    try JSON.write(Ranking(outputs, trials: trials), to: "\(context.output)/\(Ranking.file)")
  }
}
