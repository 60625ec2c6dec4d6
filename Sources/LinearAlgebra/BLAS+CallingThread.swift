import Foundation

extension BLAS {
  /// Calls `body`; what it asks of BLAS on this thread runs on this thread alone.
  ///
  /// For callers that spread work over threads of their own. To set ``threads`` in each of them would not do: that
  /// count belongs to the whole process, and changing it moves buffers from under products that run elsewhere.
  /// OpenMP, however, keeps a count for each thread, which OpenBLAS's OpenMP build asks first; this sets it to one
  /// and puts it back. Other builds have no such count, and there `body` is called and nothing else.
  public static func onCallingThread<R>(_ body: () throws -> R) rethrows -> R {
    guard let openMP else { return try body() }
    let before = openMP.threads()
    openMP.setThreads(1)
    defer { openMP.setThreads(before) }
    return try body()
  }

  /// OpenMP's thread count of the calling thread, as the library that OpenBLAS has brought along keeps it.
  private struct OpenMP: Sendable {
    let threads: @convention(c) @Sendable () -> Int32
    let setThreads: @convention(c) @Sendable (Int32) -> Void
  }

  /// Looked up when the program runs: the linker knows OpenBLAS, not which of its builds will answer.
  private static let openMP: OpenMP? = {
    guard info.threading == .openMP, let threads = dlsym(nil, "omp_get_max_threads"),
      let setThreads = dlsym(nil, "omp_set_num_threads")
    else { return nil }
    return OpenMP(
      threads: unsafeBitCast(threads, to: (@convention(c) @Sendable () -> Int32).self),
      setThreads: unsafeBitCast(setThreads, to: (@convention(c) @Sendable (Int32) -> Void).self))
  }()
}
