/// Moves parameters along their gradients.
public protocol Optimiser: AnyObject {
  var parameters: [NamedTensor] { get }
  /// How many updates were done.
  var updates: Int { get set }
  /// The learning rate of the next update.
  var learningRate: Double { get set }
  /// What an unbroken run needs besides the parameters and `updates`.
  var state: [NamedTensor] { get }
  /// One update of every parameter that a gradient has reached, which is then forgotten.
  func update() throws
}

extension Optimiser {
  /// Forgets the gradients of all parameters.
  public func clearGradients() throws { try Tensor.clearGradients(of: parameters.map(\.tensor)) }
}

/// One state tensor for each parameter, under the parameter's name.
func stateTensors(_ kind: String, startingAt value: Float, for parameters: [NamedTensor]) throws
  -> [NamedTensor]
{
  try parameters.map {
    NamedTensor(
      "\($0.name).\(kind)", try Tensor(repeating: value, shape: $0.tensor.shape, device: $0.tensor.device))
  }
}
