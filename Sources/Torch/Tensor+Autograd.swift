import CTorch

extension Tensor {
  /// Whether operations on this tensor are recorded, so that `backward` reaches it.
  public var requiresGradient: Bool { torch.requires_gradient(handle) != 0 }

  /// Marks a leaf (a parameter) as one that gradients are wanted for.
  @discardableResult
  public func requireGradient(_ required: Bool = true) throws -> Tensor {
    try check(torch.set_requires_gradient(handle, required ? 1 : 0), "requiring a gradient", [self])
    return self
  }

  /// The gradient that `backward` left here, or nil when none has reached this tensor.
  public var gradient: Tensor? {
    get throws {
      guard torch.has_gradient(handle) != 0 else { return nil }
      return try Tensor(owning: torch.gradient(handle), "reading the gradient", [self])
    }
  }

  /// Adds the derivative of this scalar to the gradient of every leaf it was computed from, and frees the graph.
  public func backward() throws {
    try check(torch.backward(handle), "backward", [self])
  }

  /// The same elements, cut off from the autograd graph.
  public func detached() throws -> Tensor { try Tensor(owning: torch.detach(handle), "detaching", [self]) }

  /// A parameter with these elements on `device`; the tensor itself when it is one already.
  public func asLeaf(on device: Device) throws -> Tensor {
    if device == self.device, requiresGradient { return self }
    return try detached().to(device).requireGradient()
  }
}

/// Runs `body` without recording operations in this thread: no graph, less memory.
public func withoutGradient<Result>(_ body: () throws -> Result) rethrows -> Result {
  // Without libtorch there is nothing to record, and `body` finds out by itself.
  guard let torch = try? libtorch() else { return try body() }
  let recorded = torch.gradient_mode()
  torch.set_gradient_mode(0)
  defer { torch.set_gradient_mode(recorded) }
  return try body()
}
