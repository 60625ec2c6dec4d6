import LinearAlgebra

extension L2SVMRows {
  /// features x features: the sum over samples of x x^T.
  func featureGram() throws -> PackedSymmetric {
    var gram = PackedSymmetric(size: features)
    let height = max(1, min(2048, max(128, samples / 32), samples))
    try withScratch(height * features) { scratch in
      for first in stride(from: 0, to: samples, by: height) {
        let range = first..<min(first + height, samples)
        try copy(range, 0..<features, to: scratch)
        gram.addGram(UnsafeBufferPointer(scratch), rows: range.count, columns: features, .transposed)
      }
    }
    return gram
  }

  /// samples x samples: the inner product of every two samples plus `constant`, the square of a constant feature.
  ///
  /// Reads every row once per block of columns, 32 times or fewer.
  func sampleGram(plus constant: Double) throws -> PackedSymmetric {
    var gram = PackedSymmetric(size: samples)
    let width = max(1, min(2048, max(64, (features + 31) / 32), features))
    try withScratch(samples * width) { scratch in
      for first in stride(from: 0, to: features, by: width) {
        let columns = first..<min(first + width, features)
        try copy(0..<samples, columns, to: scratch)
        gram.addGram(UnsafeBufferPointer(scratch), rows: samples, columns: columns.count)
      }
      if constant > 0 {
        for row in 0..<samples { scratch[row] = Float(constant.squareRoot()) }
        gram.addGram(UnsafeBufferPointer(scratch), rows: samples, columns: 1)
      }
    }
    return gram
  }

  /// The same in double precision and as a full matrix.
  func exactSampleGram(plus constant: Double) throws -> Matrix<Double> {
    var gram = Matrix<Double>(rows: samples, columns: samples, repeating: constant)
    let width = max(1, min(1024, max(64, (features + 31) / 32), features))
    for first in stride(from: 0, to: features, by: width) {
      let columns = first..<min(first + width, features)
      let part = try Matrix<Double>(rows: samples, columns: columns.count) {
        try copy(0..<samples, columns, to: $0)
      }
      gram.addGram(part)
    }
    gram.mirrorUpperTriangle()
    return gram
  }

  private func withScratch(_ count: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows
  {
    let scratch = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(1, count))
    defer { scratch.deallocate() }
    try body(scratch)
  }

  /// (x - centre) scale of some columns of some rows, row after row.
  private func copy<Element: BLASScalar>(
    _ range: Range<Int>, _ columns: Range<Int>, to target: UnsafeMutableBufferPointer<Element>
  ) throws {
    let (centres, scales) = (centres[columns].map { Element($0) }, scales[columns].map { Element($0) })
    // Few rows at a time: a source that makes its rows would otherwise make all of them for a block of columns.
    let height = max(1, (1 << 18) / max(1, features))
    for first in stride(from: range.lowerBound, to: range.upperBound, by: height) {
      let part = first..<min(first + height, range.upperBound)
      try withRows(part) { rows in
        for row in part {
          let source = UnsafeBufferPointer(
            rebasing: rows[
              ((row - first) * features + columns.lowerBound)..<((row - first) * features + columns.upperBound)
            ])
          let place = UnsafeMutableBufferPointer(
            rebasing: target[
              ((row - range.lowerBound) * columns.count)..<((row - range.lowerBound + 1) * columns.count)])
          for column in place.indices {
            place[column] = (Element(source[column]) - centres[column]) * scales[column]
          }
        }
      }
    }
  }
}
