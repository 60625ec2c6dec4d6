import CTorch

extension Tensor {
  /// x Wᵀ + b: input [n, in], weight [out, in], bias [out], result [n, out].
  public func linear(weight: Tensor, bias: Tensor?) throws -> Tensor {
    try Tensor(owning: torch.linear(handle, weight.handle, bias?.handle), "linear", [self, weight])
  }

  /// Two-dimensional convolution: input [n, in, h, w], weight [out, in, kh, kw], bias [out].
  public func conv2d(weight: Tensor, bias: Tensor?, stride: Int = 1, padding: Int = 0) throws -> Tensor {
    try Tensor(
      owning: torch.conv2d(handle, weight.handle, bias?.handle, Int64(stride), Int64(padding)),
      "convolution", [self, weight])
  }

  /// The adjoint of `conv2d`: input [n, in, h, w], weight [in, out, kh, kw], bias [out].
  public func convTranspose2d(
    weight: Tensor, bias: Tensor?, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0
  ) throws -> Tensor {
    try Tensor(
      owning: torch.conv_transpose2d(
        handle, weight.handle, bias?.handle, Int64(stride), Int64(padding), Int64(outputPadding)),
      "transposed convolution", [self, weight])
  }

  /// The maximum of each `kernel` x `kernel` window, every `stride` pixels (`kernel` by default).
  ///
  /// - Parameter coversEdge: whether a last window that reaches over the edge counts, as in Caffe: n pixels then give
  ///   ceil((n - kernel) / stride) + 1 windows, otherwise floor.
  public func maxPool2d(kernel: Int, stride: Int? = nil, coversEdge: Bool = false) throws -> Tensor {
    try Tensor(
      owning: torch.max_pool2d(handle, Int64(kernel), Int64(stride ?? kernel), coversEdge ? 1 : 0),
      "max pooling", [self])
  }

  /// The maximum of each `kernel` x `kernel` window, side by side, and where in its plane each lies: what
  /// `maxUnpool2d` takes. Pixels that do not fill a last window are left out.
  public func maxPool2dWithPositions(kernel: Int) throws -> (maxima: Tensor, positions: Tensor) {
    var positions: OpaquePointer?
    let maxima = try Tensor(
      owning: torch.max_pool2d_with_positions(handle, Int64(kernel), &positions), "max pooling", [self])
    return (maxima, try Tensor(owning: positions, "max pooling", [self]))
  }

  /// Each element at its position in a plane of `height` x `width`, zeros elsewhere: [n, c, h, w] becomes
  /// [n, c, `height`, `width`]. Gradients flow to the elements; positions have none.
  public func maxUnpool2d(positions: Tensor, height: Int, width: Int) throws -> Tensor {
    try Tensor(
      owning: torch.max_unpool2d(handle, positions.handle, Int64(height), Int64(width)), "unpooling",
      [self, positions])
  }

  /// Elements set to zero with probability `rate`, the others divided by 1 - `rate`, so that means stay
  /// (Srivastava et al. 2014).
  public func dropout(rate: Double, from generator: Generator) throws -> Tensor {
    try Tensor(owning: torch.dropout(handle, rate, generator.handle), "dropout", [self])
  }

  /// The same [n, c, h, w], stored with the channels of a pixel side by side. Convolutions keep that order and are
  /// often faster in it; all values mean the same.
  public func channelsLast() throws -> Tensor {
    try Tensor(owning: torch.channels_last(handle), "storing channels last", [self])
  }

  /// The same elements in the same shape, stored row-major: it undoes `channelsLast`.
  public func rowMajor() throws -> Tensor {
    try Tensor(owning: torch.row_major(handle), "storing row-major", [self])
  }

  /// Every pixel repeated `factor` times in both directions: [n, c, h, w] becomes [n, c, factor h, factor w].
  public func upsampledNearest2d(factor: Int) throws -> Tensor {
    try Tensor(owning: torch.upsample_nearest2d(handle, Int64(factor)), "upsampling", [self])
  }

  /// Bilinear interpolation of [n, c, h, w] to [n, c, `height`, `width`]; the outer edges of the outer pixels stay in
  /// place, and beyond the centres of the outer pixels values go on unchanged.
  public func upsampledBilinear2d(height: Int, width: Int) throws -> Tensor {
    try Tensor(
      owning: torch.upsample_bilinear2d(handle, Int64(height), Int64(width)), "bilinear upsampling", [self])
  }

  /// `padding` pixels more on every side, mirrored at the outer pixels, which are not repeated: [n, c, h, w] becomes
  /// [n, c, h + 2 `padding`, w + 2 `padding`]. `padding` must be less than both sides.
  public func reflectionPadded2d(_ padding: Int) throws -> Tensor {
    try Tensor(owning: torch.reflection_pad2d(handle, Int64(padding)), "reflection padding", [self])
  }
}
