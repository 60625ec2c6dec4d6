import CTorch

extension Tensor {
  /// max(x, 0)
  public func relu() throws -> Tensor { try Tensor(owning: torch.relu(handle), "ReLU", [self]) }
  /// x where positive, `slope` x elsewhere.
  public func leakyReLU(slope: Double = 0.2) throws -> Tensor {
    try Tensor(owning: torch.leaky_relu(handle, slope), "leaky ReLU", [self])
  }
  public func tanh() throws -> Tensor { try Tensor(owning: torch.tanh(handle), "tanh", [self]) }
  /// 1 / (1 + exp(-x))
  public func sigmoid() throws -> Tensor { try Tensor(owning: torch.sigmoid(handle), "sigmoid", [self]) }
  /// log(1 + exp(x)), without overflow
  public func softplus() throws -> Tensor { try Tensor(owning: torch.softplus(handle), "softplus", [self]) }
  /// x - log(sum of exp(x)) over one dimension, counted from the end when negative; without overflow.
  public func logSoftmax(along dimension: Int) throws -> Tensor {
    try Tensor(
      owning: torch.log_softmax(handle, Int32(dimension)), "log softmax along \(dimension)", [self])
  }
}
