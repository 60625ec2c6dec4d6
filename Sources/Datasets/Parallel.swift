import Dispatch

enum Parallel {
  /// `body` of every index, on all cores, so many indices of a share one after another.
  static func map<Value: Sendable>(
    _ count: Int, share: Int, _ body: @Sendable (Int) -> Value
  ) -> [Value] {
    [Value](unsafeUninitializedCapacity: count) { buffer, initialised in
      // Each iteration writes its own share of the results and no others.
      nonisolated(unsafe) let buffer = buffer
      DispatchQueue.concurrentPerform(iterations: (count + share - 1) / share) { part in
        for index in (part * share)..<min((part + 1) * share, count) {
          buffer.initializeElement(at: index, to: body(index))
        }
      }
      initialised = count
    }
  }
}
