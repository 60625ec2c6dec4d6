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
  /// The values of a layer of these parameters, for a loss whose `backward` is followed by `update`.
  ///
  /// An optimiser that can moves the layer's weights already in the backward pass, where their gradient is at hand, instead
  /// of storing it; so a layer is applied once between two updates.
  func apply(_ layer: Linear, to input: Tensor) throws -> Tensor
}

extension Optimiser {
  public func apply(_ layer: Linear, to input: Tensor) throws -> Tensor { try layer(input) }
}

/// One state tensor for each parameter, under the parameter's name.
func stateTensors(_ kind: String, startingAt value: Float, for parameters: [NamedTensor]) throws
  -> [NamedTensor]
{
  try parameters.map {
    NamedTensor(
      "\($0.name).\(kind)", try Tensor(repeating: value, like: $0.tensor))
  }
}
