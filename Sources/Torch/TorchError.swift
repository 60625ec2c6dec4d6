/// What libtorch, or a file of tensors, refused to do.
public enum TorchError: Error, Equatable, Sendable {
  /// The shim, or libtorch itself, cannot be loaded; `message` is the loader's own.
  case library(String)
  /// An operation on tensors of these shapes failed; `message` is libtorch's own.
  case operation(String, shapes: [[Int]], message: String)
  /// A device was asked for that this process cannot use.
  case device(String, message: String)
  /// A file of tensors cannot be read, written, or does not fit the model.
  case file(path: String, message: String)
}

extension TorchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .library(let message):
      return
        "libtorch cannot be loaded: \(message); 'make build' makes \(Library.name), which belongs beside the program "
        + "and names the libtorch it was built with"
    case .operation(let name, let shapes, let message):
      let operands = shapes.map { "[" + $0.map(String.init).joined(separator: ", ") + "]" }
      return shapes.isEmpty
        ? "\(name) failed: \(message)"
        : "\(name) of \(operands.joined(separator: " and ")) failed: \(message)"
    case .device(let name, let message):
      return "device \(name) cannot be used: \(message); use the device cpu, "
        + "or a libtorch with CUDA on a machine with such a device"
    case .file(let path, let message): return "\(path): \(message)"
    }
  }
}
