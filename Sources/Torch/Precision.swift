import CTorch

/// The numbers that products of layers are computed of.
public enum Precision: String, Sendable, Hashable, CaseIterable {
  case float32
  /// Operands of linear layers and convolutions, and the gradients that come back to them, are rounded to bfloat16, sums are
  /// of single precision; weights, optimisers and everything else stay in single precision.
  case bfloat16 = "bf16"

  /// Runs `body` with this precision in this thread.
  public func callAsFunction<Result>(_ body: () throws -> Result) rethrows -> Result {
    // Without libtorch there are no products, and `body` finds out by itself.
    guard let torch = try? libtorch() else { return try body() }
    let before = torch.bfloat16_mode()
    torch.set_bfloat16_mode(self == .bfloat16 ? 1 : 0)
    defer { torch.set_bfloat16_mode(before) }
    return try body()
  }
}
