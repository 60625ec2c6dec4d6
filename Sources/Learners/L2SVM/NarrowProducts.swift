import CKernels
import LinearAlgebra

/// Products of a few vectors with a block of rows, both ways round: what a sweep over the samples consists of.
///
/// In single precision by kernels of our own, because a general matrix product copies the rows before it multiplies
/// them, which with ten vectors takes three times as long as the products. Threads share out the rows, or the features,
/// and no bit of a result depends on their number.
struct NarrowProducts<Element: BLASScalar> {
  /// Vectors, and elements of a row.
  let count, features: Int
  private let workers: Workers

  init(count: Int, features: Int, threads: Int = BLAS.threads) {
    (self.count, self.features) = (count, features)
    workers = Workers(threads)
  }

  /// values[vector][row] = <vector, row>, rows beside each other.
  func evaluate(
    _ vectors: UnsafeBufferPointer<Element>, _ rows: UnsafeBufferPointer<Element>, rowCount: Int,
    into values: UnsafeMutableBufferPointer<Element>
  ) {
    precondition(
      vectors.count >= count * features && rows.count >= rowCount * features
        && values.count >= count * rowCount,
      "no room for the products of \(count) vectors and \(rowCount) rows")
    guard Element.self == Float.self else {
      return BLAS.product(
        .asStored, .transposed, rows: count, columns: rowCount, inner: features, alpha: 1, vectors,
        strideA: features, rows, strideB: features, beta: 0, values)
    }
    nonisolated(unsafe) let (vectors, rows) = (pointer(vectors), pointer(rows))
    nonisolated(unsafe) let values = UnsafeMutablePointer(mutating: pointer(UnsafeBufferPointer(values)))
    // Pairs of rows stay together.
    forEachPart(of: rowCount, unit: 2) { part in
      kernels.narrow_products(
        vectors, count, rows + part.lowerBound * features, part.count, features, values + part.lowerBound,
        rowCount)
    }
  }

  /// sums[vector][feature] += weights[vector][row] row[feature] over all rows.
  func add(
    _ weights: UnsafeBufferPointer<Element>, _ rows: UnsafeBufferPointer<Element>, rowCount: Int,
    to sums: UnsafeMutableBufferPointer<Element>
  ) {
    precondition(
      weights.count >= count * rowCount && rows.count >= rowCount * features
        && sums.count >= count * features,
      "no room for \(count) sums of \(rowCount) rows")
    guard Element.self == Float.self else {
      return BLAS.product(
        .asStored, .asStored, rows: count, columns: features, inner: rowCount, alpha: 1, weights,
        strideA: rowCount, rows, strideB: features, beta: 1, sums)
    }
    nonisolated(unsafe) let (weights, rows) = (pointer(weights), pointer(rows))
    nonisolated(unsafe) let sums = UnsafeMutablePointer(mutating: pointer(UnsafeBufferPointer(sums)))
    forEachPart(of: features, unit: 64) { part in
      kernels.narrow_sums(
        weights, rowCount, count, rows, rowCount, features, part.lowerBound, part.upperBound, sums)
    }
  }

  private func pointer(_ buffer: UnsafeBufferPointer<Element>) -> UnsafePointer<Float> {
    UnsafeRawPointer(buffer.baseAddress!).assumingMemoryBound(to: Float.self)
  }

  /// One part for each thread, whole units but for the last.
  private func forEachPart(of total: Int, unit: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let units = (total + unit - 1) / unit
    let size = (units + workers.threads - 1) / workers.threads * unit
    workers.forEach((total + size - 1) / size) { body(($0 * size)..<min(total, ($0 + 1) * size)) }
  }
}
