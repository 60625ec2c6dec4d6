import LinearAlgebra

/// How one number of the codes answers to the factors.
public struct CodeResponse: Sendable {
  /// Over all members.
  public let mean: Double
  /// With divisor n, over all members.
  public let deviation: Double
  private let values: [Double]
  private let pool: CodePool

  fileprivate init(_ pool: CodePool, dimension: Int) {
    self.pool = pool
    values = pool.numbers(ofDimension: dimension)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = mean
    deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
  }

  /// The mean over the members that show each combination of values of these factors (by number in the grid), the last
  /// factor fastest; NaN for a combination that no member shows.
  public func means(by factors: [Int]) -> [Double] { grouped(by: factors).map { $0.sum / Double($0.count) } }

  /// The share of the variance that the values of these factors explain (correlation ratio, η² = Var(E[z|v]) / Var(z),
  /// Fisher 1925): 0...1, and, unlike a correlation, the same for any order of the values, for cycles and for bends. 0
  /// where the number does not vary.
  public func explained(by factors: [Int]) -> Double {
    guard deviation > 0 else { return 0 }
    let between = grouped(by: factors).reduce(0) { total, group in
      guard group.count > 0 else { return total }
      let difference = group.sum / Double(group.count) - mean
      return total + Double(group.count) * difference * difference
    }
    return min(1, between / (Double(values.count) * deviation * deviation))
  }

  private func grouped(by factors: [Int]) -> [(sum: Double, count: Int)] {
    let digits = factors.map { FactorDigit(pool.grid, $0) }
    var groups = [(sum: Double, count: Int)](
      repeating: (0, 0), count: digits.reduce(1) { $0 * $1.size })
    for (member, image) in pool.indices.enumerated() {
      let group = digits.reduce(0) { $0 * $1.size + $1.value(of: image) }
      groups[group].sum += values[member]
      groups[group].count += 1
    }
    return groups
  }
}

extension CodePool {
  /// How number `dimension` of the codes answers to the factors.
  public func response(ofDimension dimension: Int) -> CodeResponse {
    CodeResponse(self, dimension: dimension)
  }

  fileprivate func numbers(ofDimension dimension: Int) -> [Double] {
    switch codes {
    case .dense(let matrix): (0..<count).map { Double(matrix[$0, dimension]) }
    case .binary(let packed): (0..<count).map { packed[$0, dimension] ? 1 : 0 }
    }
  }
}
