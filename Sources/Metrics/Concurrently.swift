import LinearAlgebra

/// Calls `body` with consecutive ranges that cover 0..<count, on as many threads as linear algebra has: those of the step.
///
/// A range is about a 64th of the work: short enough to even out, long enough to pay for scratch space.
func concurrently(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
  let chunk = max(1, (count + 63) / 64)
  Workers(BLAS.threads).forEach((count + chunk - 1) / chunk) { part in
    body(part * chunk..<min(count, (part + 1) * chunk))
  }
}

/// The results of `body` for 0..<count in order, on the same threads; rethrows the first error in that order.
func concurrentMap<Value: Sendable>(
  _ count: Int, _ body: @Sendable (Int) throws -> Value
) throws -> [Value] {
  var results = [Value?](repeating: nil, count: count)
  try results.withUnsafeMutableBufferPointer { results in
    // Each call writes its own result and no others.
    nonisolated(unsafe) let results = results
    try Workers(BLAS.threads).forEach(count) { index in results[index] = try body(index) }
  }
  return results.compactMap { $0 }
}
