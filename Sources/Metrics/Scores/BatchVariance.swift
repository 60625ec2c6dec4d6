import LinearAlgebra

/// The variance of each code dimension over a few members of a pool; holds scratch space, one for each thread.
struct BatchVariance {
  private let codes: CodePool.Codes
  private var counter: ColumnCounter?
  private var sums: [Double] = []

  init(_ codes: CodePool.Codes) {
    self.codes = codes
    switch codes {
    case .binary(let packed): counter = ColumnCounter(packed)
    case .dense(let matrix): sums = [Double](repeating: 0, count: 2 * matrix.columns)
    }
  }

  /// Writes the variance with divisor n - 1 over `members` (repeats allowed), at least two, for each dimension.
  mutating func variances(of members: [Int32], into variances: UnsafeMutableBufferPointer<Float>) {
    let n = Double(members.count)
    switch codes {
    case .binary(let packed):
      counter?.count(members.map { ($0, -1) }, of: packed, scale: 1, into: variances)
      for bit in variances.indices {
        let ones = Double(variances[bit])
        variances[bit] = Float(ones * (n - ones) / (n * (n - 1)))
      }
    case .dense(let matrix):
      let columns = matrix.columns
      let reference = Int(members[0]) * columns
      matrix.withUnsafeElements { codes in
        sums.withUnsafeMutableBufferPointer { sums in
          sums.update(repeating: 0)
          // Sums run over differences from the first member: a held dimension has a variance of exactly zero.
          for member in members {
            let row = Int(member) * columns
            for column in 0..<columns {
              let shifted = Double(codes[row + column]) - Double(codes[reference + column])
              sums[column] += shifted
              sums[columns + column] += shifted * shifted
            }
          }
          for column in 0..<columns {
            let spread = sums[columns + column] - sums[column] * sums[column] / n
            variances[column] = Float(max(0, spread) / (n - 1))
          }
        }
      }
    }
  }
}
