/// Why a factorisation or a solve was refused or failed.
public enum LinearAlgebraError: Error, Equatable, Sendable {
  /// The input has a NaN or an infinity at `row`, `column` (0-based).
  case notFinite(operation: String, row: Int, column: Int, value: Double)
  /// The leading `minor` x `minor` block is not positive definite (LAPACK potrf, info = `minor`).
  case notPositiveDefinite(size: Int, minor: Int)
  /// The iteration inside LAPACK ended without an answer.
  case notConverged(operation: String, rows: Int, columns: Int, info: Int)
}

extension LinearAlgebraError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFinite(let operation, let row, let column, let value):
      "\(operation): the element at row \(row), column \(column) is \(value); "
        + "remove or repair such values before factorising"
    case .notPositiveDefinite(let size, let minor):
      "Cholesky factorisation of a \(size) x \(size) matrix: its leading \(minor) x \(minor) block is not positive "
        + "definite; add a positive value to the diagonal or drop linearly dependent columns"
    case .notConverged(let operation, let rows, let columns, let info):
      "\(operation) of a \(rows) x \(columns) matrix did not converge (LAPACK info \(info)); "
        + "rescale the matrix so that its largest element is near 1"
    }
  }
}
