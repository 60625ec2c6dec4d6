/// Why a part of a report could not be made.
public enum ReportError: Error, Hashable, Sendable {
  /// A row or column id that the table does not have.
  case unknown(kind: String, id: String, table: String, known: [String])
  /// The chart program is not there.
  case missingGnuplot
  /// The chart program failed on a figure.
  case gnuplot(figure: String, message: String)
  /// What a site was to be written to is there and is none.
  case notASite(String)
}

extension ReportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknown(let kind, let id, let table, let known):
      "cannot explain \(kind) `\(id)`: table \(table) has no such \(kind). It has \(known.joined(separator: ", "))."
    case .notASite(let path):
      "cannot write a site to \(path): it is there already, and 'retable site' has not made it. "
        + "Name a folder that is not there or is empty, or remove this one."
    case .missingGnuplot:
      "cannot draw the figures: gnuplot is not installed. "
        + "Install it (apt install gnuplot-nox) and report again; their numbers are in figures/*.csv."
    case .gnuplot(let figure, let message):
      "cannot draw figure \(figure): gnuplot failed: \(message). Its numbers are in figures/\(figure).csv."
    }
  }
}
