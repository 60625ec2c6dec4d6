/// A matrix of single-precision rows that need not be in memory together: samples by features.
///
/// Learners that pass over their samples in blocks take one of these, so that a matrix in memory, a mapped file and
/// features computed on the way are the same to them.
public protocol RowSource: Sendable {
  var rows: Int { get }
  var columns: Int { get }
  /// Calls `body` with the elements of these rows, row-major, `range.count * columns` of them.
  func withRows<R>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<Float>) throws -> R) throws -> R
}

extension Matrix: RowSource where Element == Float {
  public func withRows<R>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<Float>) throws -> R) throws -> R {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of a matrix with \(rows) rows")
    return try withUnsafeElements {
      try body(
        UnsafeBufferPointer(rebasing: $0[(range.lowerBound * columns)..<(range.upperBound * columns)]))
    }
  }
}

extension RowSource {
  /// A copy of the named rows in that order; a row may be named more than once.
  ///
  /// - Throws: whatever reading rows throws.
  public func gathering(_ chosen: some Collection<Int>) throws -> Matrix<Float> {
    try Matrix(rows: chosen.count, columns: columns) { target in
      for (position, row) in chosen.enumerated() {
        precondition((0..<rows).contains(row), "row \(row) of a source with \(rows) rows")
        let place = UnsafeMutableBufferPointer(
          rebasing: target[(position * columns)..<((position + 1) * columns)])
        try withRows(row..<(row + 1)) { _ = place.update(fromContentsOf: $0) }
      }
    }
  }
}
