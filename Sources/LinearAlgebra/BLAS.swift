import COpenBLAS
import Foundation

/// The linear-algebra library behind this module: OpenBLAS.
///
/// Calls may come from any thread. OpenBLAS's OpenMP build serves one parallel call at a time and lets others wait.
public enum BLAS {
  /// How many threads one call may use.
  ///
  /// The OpenMP build shares its pool with every other OpenMP user of the process; setting this also sets the
  /// OpenMP thread count of the calling thread. Sums depend on the count in the last bits.
  public static var threads: Int {
    get { Int(openblas_get_num_threads()) }
    set {
      precondition(newValue > 0, "BLAS needs at least one thread")
      openblas_set_num_threads(Int32(newValue))
    }
  }

  /// What answers when this process asks for linear algebra.
  public struct Info: Sendable, Codable, Equatable {
    /// For example "0.3.21".
    public var version: String
    /// The processor family whose kernels were chosen, for example "Zen".
    public var core: String
    public var threading: Threading
    public var threads: Int
  }

  public enum Threading: String, Sendable, Codable {
    case sequential, pthreads, openMP
  }

  /// The processor family whose kernels were chosen when the library was loaded, for example "Zen".
  static var core: String { String(cString: openblas_get_corename()) }

  /// Asks the loaded library itself.
  public static var info: Info {
    let words = String(cString: openblas_get_config()).split(separator: " ").map(String.init)
    let threading: Threading =
      switch openblas_get_parallel() {
      case 0: .sequential
      case 2: .openMP
      default: .pthreads
      }
    return Info(
      version: words.count > 1 ? words[1] : "unknown", core: core, threading: threading, threads: threads)
  }

  /// The file of the first library in lookup order that defines `symbol`.
  public static func library(providing symbol: String) -> String {
    // A null handle is RTLD_DEFAULT, a macro with a cast that Swift does not import.
    guard let address = dlsym(nil, symbol) else { return "not found" }
    // dladdr is a GNU extension that Swift does not import; the kernel's own list of mappings says the same.
    let target = UInt(bitPattern: address)
    guard let maps = fopen("/proc/self/maps", "r") else { return "unknown" }
    defer { fclose(maps) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, maps) > 0, let line {
      let fields = String(cString: line).split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      if fields.count == 6, bounds.count == 2, bounds[0] <= target, target < bounds[1] {
        return fields[5].trimmingCharacters(in: .whitespacesAndNewlines)
      }
    }
    return "unknown"
  }

  /// C := alpha op(A) op(B) + beta C on row-major buffers whose rows are `strideA`, `strideB` and `columns` apart.
  ///
  /// For kernels that work on blocks of rows in place; everything else uses ``Matrix/setToProduct(_:_:left:right:alpha:beta:)``.
  @inlinable public static func product<Element: BLASScalar>(
    _ orientationA: Orientation, _ orientationB: Orientation, rows: Int, columns: Int, inner: Int,
    alpha: Element,
    _ a: UnsafeBufferPointer<Element>, strideA: Int, _ b: UnsafeBufferPointer<Element>, strideB: Int,
    beta: Element,
    _ c: UnsafeMutableBufferPointer<Element>
  ) {
    func extent(_ height: Int, _ width: Int, _ stride: Int) -> Int {
      height == 0 ? 0 : (height - 1) * stride + width
    }
    let spanA = orientationA == .asStored ? extent(rows, inner, strideA) : extent(inner, rows, strideA)
    let spanB = orientationB == .asStored ? extent(inner, columns, strideB) : extent(columns, inner, strideB)
    precondition(
      a.count >= spanA && b.count >= spanB && c.count >= rows * columns,
      "a buffer is too short for the product")
    guard rows > 0, columns > 0 else { return }
    guard inner > 0 else {
      for index in 0..<(rows * columns) { c[index] = beta == 0 ? 0 : c[index] * beta }
      return
    }
    Element._gemm(
      orientationA == .transposed, orientationB == .transposed, rows: rows, columns: columns, inner: inner,
      alpha: alpha, a.baseAddress!, strideA: strideA, b.baseAddress!, strideB: strideB, beta: beta,
      c.baseAddress!, strideC: columns)
  }

  /// The same into an array.
  @inlinable static func product<Element: BLASScalar>(
    _ orientationA: Orientation, _ orientationB: Orientation, rows: Int, columns: Int, inner: Int,
    alpha: Element,
    _ a: UnsafeBufferPointer<Element>, strideA: Int, _ b: UnsafeBufferPointer<Element>, strideB: Int,
    beta: Element,
    _ c: inout [Element]
  ) {
    c.withUnsafeMutableBufferPointer {
      product(
        orientationA, orientationB, rows: rows, columns: columns, inner: inner, alpha: alpha, a,
        strideA: strideA,
        b, strideB: strideB, beta: beta, $0)
    }
  }
}
