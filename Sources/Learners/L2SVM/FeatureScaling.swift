import LinearAlgebra

/// (x - mean) scale, feature by feature, with scale = 1 / sqrt(variance + offset).
///
/// The offset keeps features that hardly vary from being blown up; Coates, Lee and Ng (2011) use 0.01 for pooled
/// activations.
public struct FeatureScaling: Sendable, Codable, Equatable {
  /// One value per feature.
  public var means: [Double]
  /// One positive value per feature.
  public var scales: [Double]

  public init(means: [Double], scales: [Double]) {
    precondition(means.count == scales.count, "every feature needs a mean and a scale")
    self.means = means
    self.scales = scales
  }

  /// Reads `features` twice, first for the means and then for the variances about them, in double precision.
  ///
  /// The variance is the sample variance (n - 1 in the divisor), 0 for a single row.
  ///
  /// - Throws: ``LearnerError``, and whatever reading the rows throws.
  public static func fit(_ features: some RowSource, offset: Double = 0.01) throws -> FeatureScaling {
    precondition(offset >= 0, "the offset of the variance cannot be \(offset)")
    return try fit(features, means: means(of: features, learner: "Feature scaling"), offset: offset)
  }

  /// The same with the column means already known.
  static func fit(_ features: some RowSource, means: [Double], offset: Double) throws -> FeatureScaling {
    var squares = [Double](repeating: 0, count: means.count)
    try features.forEachRowBlock { _, rows in
      rows.forEachRow(columns: means.count) { row in
        squares.withUnsafeMutableBufferPointer { squares in
          means.withUnsafeBufferPointer { means in
            for column in row.indices {
              let distance = Double(row[column]) - means[column]
              squares[column] += distance * distance
            }
          }
        }
      }
    }
    let divisor = Double(max(1, features.rows - 1))
    let scales = squares.map { square in
      let variance = square / divisor + offset
      return variance > 0 ? 1 / variance.squareRoot() : 1
    }
    return FeatureScaling(means: means, scales: scales)
  }

  /// Column means in double precision; refuses a source without rows, a NaN and an infinity.
  static func means(of features: some RowSource, learner: String) throws -> [Double] {
    guard features.rows > 0 else { throw LearnerError.noSamples(learner: learner) }
    let columns = features.columns
    var sums = [Double](repeating: 0, count: columns)
    try features.forEachRowBlock { range, block in
      sums.withUnsafeMutableBufferPointer { sums in
        block.forEachRow(columns: columns) { row in
          for column in row.indices { sums[column] += Double(row[column]) }
        }
      }
      // A NaN or an infinity stays in the sum; only then is its place worth a search.
      if !sums.allSatisfy(\.isFinite), let place = block.firstIndex(where: { !$0.isFinite }) {
        throw LearnerError.notFinite(
          learner: learner, row: range.lowerBound + place / columns, column: place % columns,
          value: Double(block[place]))
      }
    }
    return sums.map { $0 / Double(features.rows) }
  }
}

extension RowSource {
  /// Calls `body` with block after block of rows, a few hundred kilobytes each.
  func forEachRowBlock(_ body: (Range<Int>, UnsafeBufferPointer<Float>) throws -> Void) throws {
    let height = max(1, (1 << 18) / max(1, columns))
    for first in stride(from: 0, to: rows, by: height) {
      let range = first..<min(first + height, rows)
      try withRows(range) { try body(range, $0) }
    }
  }
}

extension UnsafeBufferPointer<Float> {
  @inline(__always)
  func forEachRow(columns: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void) rethrows {
    guard columns > 0 else { return }
    for first in stride(from: 0, to: count, by: columns) {
      try body(UnsafeBufferPointer(rebasing: self[first..<(first + columns)]))
    }
  }
}
