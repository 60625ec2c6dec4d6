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
  let provenance: [String: String]

  init(_ results: TableResults) {
    experiment = results.experiment
    cells = results.cells.map(CellMessage.init)
    curves = results.curves
    searches = results.searches
    provenance = results.provenance
  }

  var results: TableResults {
    var results = TableResults(experiment: experiment)
    results.cells = cells.map(\.cell)
    results.curves = curves
    results.searches = searches
    results.provenance = provenance
    return results
  }
}

private struct CellMessage: Codable {
  struct Repeat: Codable {
    let repetition: Int
    let values: [Double]
    let details: [String: Double]
    let items: ItemsMessage?
    let step: String
  }

  let row: String
  let column: String
  let repeats: [Repeat]

  init(_ cell: Cell) {
    row = cell.row
    column = cell.column
    repeats = cell.repeats.map {
      Repeat(
        repetition: $0.repetition, values: $0.values, details: $0.details,
        items: $0.items.map(ItemsMessage.init), step: $0.step)
    }
  }

  var cell: Cell {
    Cell(
      row: row, column: column,
      repeats: repeats.map {
        Cell.Repeat(
          repetition: $0.repetition, values: $0.values, details: $0.details, items: $0.items?.items,
          step: $0.step)
      })
  }
}

/// An array of small numbers as text would be several times as long, and slow to read.
private struct ItemsMessage: Codable {
  let classes: [String]
  let actual: Data
  let predicted: [Data]
  let labelled: [[Int32]]?

  init(_ items: Items) {
    classes = items.classes
    actual = Data(items.actual)
    predicted = items.predicted.map { Data($0) }
    labelled = items.labelled
  }

  var items: Items {
    Items(
      classes: classes, actual: [UInt8](actual), predicted: predicted.map { [UInt8]($0) }, labelled: labelled)
  }
}
