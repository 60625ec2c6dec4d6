import LinearAlgebra
import Randomness
import Testing

@testable import Learners

struct NarrowProductsTests {
  private func numbers(_ count: Int, _ stream: inout RandomStream) -> [Float] {
    (0..<count).map { _ in Float(stream.normal()) }
  }

  /// Shapes around the edges of tiles, chunks and vectors, against sums in double precision.
  @Test(arguments: [1, 2, 4, 5, 6, 10, 11, 23], [1, 2, 3, 4, 9, 40])
  func `products and sums are those of their definition`(count: Int, rowCount: Int) {
    for features in [1, 7, 8, 16, 31, 33, 100, 511, 512, 513, 1040] {
      var stream = RandomStream(seed: UInt64(count * 10_000 + rowCount * 2000 + features))
      let vectors = numbers(count * features, &stream)
      let rows = numbers(rowCount * features, &stream)
      let weights = numbers(count * rowCount, &stream)
      let before = numbers(count * features, &stream)
      var outcomes: [(values: [Float], sums: [Float])] = []
      for threads in [1, 2, 3] {
        let products = NarrowProducts<Float>(count: count, features: features, threads: threads)
        var (values, sums) = ([Float](repeating: .nan, count: count * rowCount), before)
        rows.withUnsafeBufferPointer { rows in
          vectors.withUnsafeBufferPointer { vectors in
            values.withUnsafeMutableBufferPointer {
              products.evaluate(vectors, rows, rowCount: rowCount, into: $0)
            }
          }
          weights.withUnsafeBufferPointer { weights in
            sums.withUnsafeMutableBufferPointer { products.add(weights, rows, rowCount: rowCount, to: $0) }
          }
        }
        outcomes.append((values, sums))
      }
      #expect(outcomes.allSatisfy { $0 == outcomes[0] }, "threads change no bit")
      var largest = 0.0
      for vector in 0..<count {
        for row in 0..<rowCount {
          let exact = (0..<features).reduce(0.0) {
            $0 + Double(vectors[vector * features + $1]) * Double(rows[row * features + $1])
          }
          let error = abs(Double(outcomes[0].values[vector * rowCount + row]) - exact)
          largest = max(largest, error / Double(features).squareRoot())
        }
        for feature in 0..<features {
          let exact = (0..<rowCount).reduce(Double(before[vector * features + feature])) {
            $0 + Double(weights[vector * rowCount + $1]) * Double(rows[$1 * features + feature])
          }
          let error = abs(Double(outcomes[0].sums[vector * features + feature]) - exact)
          largest = max(largest, error / Double(rowCount + 1).squareRoot())
        }
      }
      #expect(largest < 2e-6, "\(features) features")
    }
  }

  @Test func `double precision gives the same`() {
    let (vectors, rows) = ([1.0, 2, 3, -1], [5.0, 6, 7, 8, 9, 10])
    let products = NarrowProducts<Double>(count: 2, features: 2)
    var (values, sums) = ([Double](repeating: 0, count: 6), [1.0, 1, 1, 1])
    rows.withUnsafeBufferPointer { rows in
      vectors.withUnsafeBufferPointer { vectors in
        values.withUnsafeMutableBufferPointer { products.evaluate(vectors, rows, rowCount: 3, into: $0) }
      }
      values.withUnsafeBufferPointer { values in
        sums.withUnsafeMutableBufferPointer { products.add(values, rows, rowCount: 3, to: $0) }
      }
    }
    #expect(values == [17, 23, 29, 9, 13, 17])
    #expect(sums == [508, 577, 290, 329])
  }
}
