import CTorch
import Glibc

/// The functions of the shim over libtorch, for whoever makes the first thing of libtorch's: a tensor, a generator, a setting.
/// The first call loads libtorch, which takes a third of a second and 110 MB.
///
/// - Throws: ``TorchError/library(_:)`` where the shim or libtorch cannot be loaded.
func libtorch() throws(TorchError) -> ctorch_functions { try Library.opened.get() }

/// The same for whoever holds something of libtorch's already, so that it must be there.
var torch: ctorch_functions {
  guard case .success(let functions) = Library.opened else {
    preconditionFailure("a tensor exists, and so does libtorch")
  }
  return functions
}

/// The library that holds the shim; it lies beside the program, and itself knows where libtorch lies.
struct Library {
  static let name = "libTorchShim.so"

  static let opened = open(name)

  static func open(_ name: String) -> Result<ctorch_functions, TorchError> {
    // Its own scope: the program's libraries come first all the same, so that OpenBLAS answers libtorch's products.
    guard let library = dlopen(name, RTLD_LAZY | RTLD_LOCAL), let symbol = dlsym(library, "ctorch_table")
    else {
      return .failure(.library(dlerror().map { String(cString: $0) } ?? "no reason given"))
    }
    return .success(unsafeBitCast(symbol, to: ctorch_table_function.self)().pointee)
  }
}
