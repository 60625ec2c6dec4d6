/// A tensor with the name it has in files.
public struct NamedTensor {
  public let name: String
  public let tensor: Tensor

  public init(_ name: String, _ tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}

/// A differentiable function with parameters.
public protocol Layer {
  /// What training moves, in a fixed order.
  var parameters: [NamedTensor] { get }
  /// What is saved with the parameters but not trained, such as running statistics.
  var buffers: [NamedTensor] { get }
}

extension Layer {
  public var buffers: [NamedTensor] { [] }
  /// Everything that makes up the layer's weights on disk.
  public var weights: [NamedTensor] { parameters + buffers }
}

extension Sequence<NamedTensor> {
  /// The same tensors under the names `prefix.name`.
  public func named(under prefix: String) -> [NamedTensor] {
    map { NamedTensor("\(prefix).\($0.name)", $0.tensor) }
  }
}
