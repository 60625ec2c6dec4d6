import Dispatch

/// Calls `body` with consecutive ranges that cover 0..<count, on all cores.
///
/// A range is about a 64th of the work: short enough to even out, long enough to pay for scratch space.
func concurrently(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
  let chunk = max(1, (count + 63) / 64)
  DispatchQueue.concurrentPerform(iterations: (count + chunk - 1) / chunk) { part in
    body(part * chunk..<min(count, (part + 1) * chunk))
  }
}

/// The results of `body` for 0..<count in order, computed on all cores; rethrows the first error in that order.
func concurrentMap<Value: Sendable>(
  _ count: Int, _ body: @Sendable (Int) throws -> Value
) throws -> [Value] {
  var results = [Result<Value, any Error>?](repeating: nil, count: count)
  results.withUnsafeMutableBufferPointer { results in
    // Each call writes its own result and no others.
    nonisolated(unsafe) let results = results
    DispatchQueue.concurrentPerform(iterations: count) { index in
      results[index] = Result { try body(index) }
    }
  }
  return try results.compactMap { try $0?.get() }
}
