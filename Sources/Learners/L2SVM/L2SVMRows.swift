import LinearAlgebra

/// The rows a fit sees: (x - centre) scale of a source's rows, which stay as they are.
///
/// Products with skinny matrices work on x itself and fold centre and scale into the skinny side; Gram matrices are
/// summed over blocks that are centred and scaled in a scratch buffer, so that large means cancel before, not after,
/// the single-precision sums. The scratch is 1/32 of the matrix.
struct L2SVMRows: Sendable {
  /// The source behind a closure: generic over it, all that works on rows would be compiled for no type in particular.
  private let read: @Sendable (Range<Int>, (UnsafeBufferPointer<Float>) throws -> Void) throws -> Void
  let samples: Int
  let features: Int
  /// One per feature.
  let centres: [Double]
  let scales: [Double]

  init(_ source: some RowSource, centres: [Double], scales: [Double]) {
    read = { range, body in try source.withRows(range, body) }
    (samples, features) = (source.rows, source.columns)
    self.centres = centres
    self.scales = scales
  }

  func withRows(_ range: Range<Int>, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
    try read(range, body)
  }

  /// Rows per block of a sweep: enough of them to make up for reading and writing the gradient once per block, few
  /// enough for the block to be in cache when it is read the second time.
  private var blockRows: Int { max(32, (1 << 19) / max(1, features)) }

  /// Reads every row once: `body` gets w x + b of a block for every vector, vector after vector, and puts there what
  /// the block's rows are to be weighted by; the answer is the weighted sum of rows for every vector, and the sum of
  /// weights.
  ///
  /// Products are in the precision of `vectors`.
  ///
  /// - Parameters:
  ///   - vectors: problems x features, with biases.
  ///   - body: rows of the block, values problem by problem, `range.count` each.
  func sweep<Element: BLASScalar>(
    _ vectors: L2SVMVectors<Element>, _ body: (Range<Int>, UnsafeMutablePointer<Element>) -> Void
  ) throws -> (sums: Matrix<Double>, weights: [Double]) {
    var accumulator = Accumulator<Element>(count: vectors.count, features: features)
    try images(vectors) { range, rows, values in
      body(range, values.baseAddress!)
      accumulator.add(rows, values, rowCount: range.count)
    }
    return accumulator.finish(centres: centres, scales: scales)
  }

  /// w x + b for every vector and row: problems x samples.
  func images<Element: BLASScalar>(_ vectors: L2SVMVectors<Element>) throws -> Matrix<Element> {
    var result = Matrix<Element>(rows: vectors.count, columns: samples)
    let samples = self.samples
    try images(vectors) { range, _, values in
      result.withUnsafeMutableElements { result in
        for problem in 0..<vectors.count {
          for position in 0..<range.count {
            result[problem * samples + range.lowerBound + position] = values[problem * range.count + position]
          }
        }
      }
    }
    return result
  }

  /// Sums of rows weighted by `weights` (problems x samples): problems x features.
  func combine<Element: BLASScalar>(_ weights: Matrix<Element>) throws -> (
    sums: Matrix<Double>, weights: [Double]
  ) {
    var accumulator = Accumulator<Element>(count: weights.rows, features: features)
    try forEachBlock(in: Element.self) { range, rows in
      var block = Matrix<Element>(rows: accumulator.count, columns: range.count)
      block.withUnsafeMutableElements { block in
        weights.withUnsafeElements { weights in
          for problem in 0..<accumulator.count {
            for position in 0..<range.count {
              block[problem * range.count + position] =
                weights[
                  problem * samples + range.lowerBound + position]
            }
          }
        }
        accumulator.add(rows, block, rowCount: range.count)
      }
    }
    return accumulator.finish(centres: centres, scales: scales)
  }

  private func images<Element: BLASScalar>(
    _ vectors: L2SVMVectors<Element>,
    _ body: (Range<Int>, UnsafeBufferPointer<Element>, UnsafeMutableBufferPointer<Element>) -> Void
  ) throws {
    let count = vectors.count
    let features = self.features
    var folded = Matrix<Element>(rows: count, columns: features)
    var offsets = vectors.biases
    folded.withUnsafeMutableElements { folded in
      vectors.coefficients.withUnsafeElements { w in
        for problem in 0..<count {
          for feature in 0..<features {
            let weight = Element(Double(w[problem * features + feature]) * scales[feature])
            folded[problem * features + feature] = weight
            offsets[problem] -= Double(weight) * centres[feature]
          }
        }
      }
    }
    let products = NarrowProducts<Element>(count: count, features: features)
    var values = [Element](repeating: 0, count: count * blockRows)
    try values.withUnsafeMutableBufferPointer { values in
      try forEachBlock(in: Element.self) { range, rows in
        let block = UnsafeMutableBufferPointer(rebasing: values[0..<(count * range.count)])
        folded.withUnsafeElements { products.evaluate($0, rows, rowCount: range.count, into: block) }
        for problem in 0..<count {
          let offset = Element(offsets[problem])
          for index in (problem * range.count)..<((problem + 1) * range.count) { block[index] += offset }
        }
        body(range, rows, block)
      }
    }
  }

  private func forEachBlock<Element: BLASScalar>(
    in precision: Element.Type, _ body: (Range<Int>, UnsafeBufferPointer<Element>) throws -> Void
  ) throws {
    var copy = [Element](repeating: 0, count: Element.self == Float.self ? 0 : blockRows * features)
    for first in stride(from: 0, to: samples, by: blockRows) {
      let range = first..<min(first + blockRows, samples)
      try withRows(range) { rows in
        if Element.self == Float.self {
          try rows.withMemoryRebound(to: Element.self) { try body(range, $0) }
        } else {
          try copy.withUnsafeMutableBufferPointer { copy in
            for index in rows.indices { copy[index] = Element(rows[index]) }
            try body(range, UnsafeBufferPointer(rebasing: copy[0..<rows.count]))
          }
        }
      }
    }
  }
}

/// Weighted sums of rows: the products' precision within some thousand rows, double precision across.
private struct Accumulator<Element: BLASScalar> {
  let count: Int
  let features: Int
  private let products: NarrowProducts<Element>
  private var partial: Matrix<Element>
  private var total: Matrix<Double>
  private var weights: [Double]
  private var pending = 0

  init(count: Int, features: Int) {
    self.count = count
    self.features = features
    products = NarrowProducts(count: count, features: features)
    partial = Matrix(rows: count, columns: features)
    total = Matrix(rows: count, columns: features)
    weights = [Double](repeating: 0, count: count)
  }

  mutating func add(
    _ rows: UnsafeBufferPointer<Element>, _ block: UnsafeMutableBufferPointer<Element>, rowCount: Int
  ) {
    for problem in 0..<count {
      var sum = 0.0
      for index in (problem * rowCount)..<((problem + 1) * rowCount) { sum += Double(block[index]) }
      weights[problem] += sum
    }
    partial.withUnsafeMutableElements {
      products.add(UnsafeBufferPointer(block), rows, rowCount: rowCount, to: $0)
    }
    pending += rowCount
    if pending >= 2048 { flush() }
  }

  private mutating func flush() {
    guard pending > 0 else { return }
    pending = 0
    total.withUnsafeMutableElements { total in
      partial.withUnsafeMutableElements { partial in
        for index in total.indices {
          total[index] += Double(partial[index])
          partial[index] = 0
        }
      }
    }
  }

  consuming func finish(centres: [Double], scales: [Double]) -> (sums: Matrix<Double>, weights: [Double]) {
    flush()
    let (features, weights) = (features, weights)
    total.withUnsafeMutableElements { total in
      for problem in 0..<weights.count {
        for feature in 0..<features {
          let index = problem * features + feature
          total[index] = scales[feature] * (total[index] - centres[feature] * weights[problem])
        }
      }
    }
    return (total, weights)
  }
}
