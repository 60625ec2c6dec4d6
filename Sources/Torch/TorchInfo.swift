import CTorch

/// What libtorch this process runs on: for provenance, and for `doctor`. Each property loads libtorch.
public enum TorchInfo {
  public static var version: String { get throws(TorchError) { String(cString: try libtorch().version()) } }
  /// The vector instructions that libtorch's kernels use, such as "AVX2".
  public static var cpuCapability: String {
    get throws(TorchError) { String(cString: try libtorch().cpu_capability()) }
  }

  /// Why CUDA cannot be used, or nil where it can.
  public static var cudaProblem: String? {
    CUDA.devices > 0 ? nil : CUDA.problem ?? "no CUDA device answers"
  }

  /// The file that answers libtorch's calls of `symbol`, such as `sgemm_` or `dpotrf_`. libtorch brings a BLAS of its own, and
  /// whichever comes first in the process serves it: OpenBLAS, which this program is linked to.
  public static func library(answering symbol: String) throws(TorchError) -> String? {
    try libtorch().library_answering(symbol).map { String(cString: $0) }
  }

  /// The threads that one tensor operation may use.
  public static var threads: Int { get throws(TorchError) { Int(try libtorch().threads()) } }

  /// Sets the threads of one operation, for this thread and for those that have not computed with tensors yet. The order
  /// of sums, and so the last bits of a result, depends on it.
  public static func setThreads(_ count: Int) throws {
    precondition(count > 0, "a computation needs at least one thread, not \(count)")
    try check(libtorch().set_threads(Int32(count)), "setting \(count) threads")
  }

  /// Keeps the memory of freed tensors in the process, where the next training step finds it without page faults.
  /// For processes that train; the peak stays the same.
  public static func retainFreedMemory() throws {
    try check(libtorch().retain_freed_memory(), "retaining freed memory")
  }
}
