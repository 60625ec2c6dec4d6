import CTorch

extension Tensor {
  /// max(x, 0)
  public func relu() throws -> Tensor { try Tensor(owning: torch.relu(handle), "ReLU", [self]) }
  /// x where positive, `slope` x elsewhere.
  public func leakyReLU(slope: Double = 0.2) throws -> Tensor {
    try Tensor(owning: torch.leaky_relu(handle, slope), "leaky ReLU", [self])
  }
  /// `relu` that overwrites this tensor: for what nobody else looks at, such as the sums of a convolution or what a
  /// normalisation returns. Returns this tensor.
  public func reluInPlace() throws -> Tensor {
    try check(torch.relu_in_place(handle), "ReLU in place", [self])
    return self
  }
  /// `leakyReLU` that overwrites this tensor, under the same condition. Returns this tensor.
  public func leakyReLUInPlace(slope: Double = 0.2) throws -> Tensor {
    try check(torch.leaky_relu_in_place(handle, slope), "leaky ReLU in place", [self])
    return self
  }
  /// x where positive, elsewhere x times a slope that is learned: one, or one for each channel (He et al. 2015, eq. 1).
  public func prelu(slopes: Tensor) throws -> Tensor {
    try Tensor(owning: torch.prelu(handle, slopes.handle), "PReLU", [self, slopes])
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
