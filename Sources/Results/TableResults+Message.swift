import Foundation
import Manifest

/// Results as one process tells them to another: what a process that opens somebody's HDF5 file hands over once it has read
/// all of it. Plain JSON, with the bytes of answers in base 64; no reader of it depends on the HDF5 library.
extension TableResults {
  public func message() throws -> Data {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(Message(self))
  }

  /// Throws `DecodingError` where the bytes are no such message.
  public init(message: Data) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self = try decoder.decode(Message.self, from: message).results
  }
}

private struct Message: Codable {
  let experiment: Experiment
  let cells: [CellMessage]
  let curves: [TrainingCurve]
  let searches: [SearchOutcome]
  let examples: [SceneExamples]
  let provenance: [String: String]
  let splits: [String: [Int32]]

  init(_ results: TableResults) {
    experiment = results.experiment
    cells = results.cells.map(CellMessage.init)
    curves = results.curves
    searches = results.searches
    examples = results.examples
    provenance = results.provenance
    splits = results.splits
  }

  var results: TableResults {
    var results = TableResults(experiment: experiment)
    results.cells = cells.map(\.cell)
    results.curves = curves
    results.searches = searches
    results.examples = examples
    results.provenance = provenance
    results.splits = splits
    return results
  }
}

private struct CellMessage: Codable {
  struct Repeat: Codable {
    let repetition: Int
    let values: [Double]
    let details: [String: Double]
    let answers: AnswersMessage?
    let confusions: ConfusionCounts?
    let selection: Selection?
    let step: String
    let source: String
  }

  let row: String
  let column: String
  let statistic: String?
  let repeats: [Repeat]

  init(_ cell: Cell) {
    row = cell.row
    column = cell.column
    statistic = cell.statistic
    repeats = cell.repeats.map { repetition in
      var answers: AnswersMessage?
      var confusions: ConfusionCounts?
      switch repetition.outcomes {
      case .answers(let given): answers = AnswersMessage(given)
      case .confusions(let counts): confusions = counts
      case nil: break
      }
      return Repeat(
        repetition: repetition.repetition, values: repetition.values, details: repetition.details,
        answers: answers, confusions: confusions, selection: repetition.selection, step: repetition.step,
        source: repetition.source)
    }
  }

  var cell: Cell {
    Cell(
      row: row, column: column, statistic: statistic,
      repeats: repeats.map {
        Cell.Repeat(
          repetition: $0.repetition, values: $0.values, details: $0.details,
          outcomes: $0.answers.map { .answers($0.answers) } ?? $0.confusions.map(Outcomes.confusions),
          selection: $0.selection, step: $0.step, source: $0.source)
      })
  }
}

/// An array of small numbers as text would be several times as long, and slow to read.
private struct AnswersMessage: Codable {
  let classes: [String]
  let actual: Data
  let predicted: [Data]
  let labelled: [[Int32]]?

  init(_ answers: Answers) {
    classes = answers.classes
    actual = Data(answers.actual)
    predicted = answers.predicted.map { Data($0) }
    labelled = answers.labelled
  }

  var answers: Answers {
    Answers(
      classes: classes, actual: [UInt8](actual), predicted: predicted.map { [UInt8]($0) }, labelled: labelled)
  }
}
