import Torch

extension [NamedTensor] {
  /// Runs `body` with these parameters as constants, so that gradients pass through what uses them but none is computed
  /// for them. Whatever `body` differentiates that uses them must be built inside of it.
  func heldConstant<Result>(_ body: () throws -> Result) throws -> Result {
    for parameter in self { try parameter.tensor.requireGradient(false) }
    defer { for parameter in self { _ = try? parameter.tensor.requireGradient() } }
    return try body()
  }
}
