import CTorch

/// An explicit stream of random numbers on one device. Nothing in this module draws from a hidden global stream.
///
/// On the CPU libtorch uses the low 32 bits of the seed alone: seeds that agree there give the same stream.
public final class Generator {
  let handle: OpaquePointer
  public let device: Device

  public init(seed: UInt64, device: Device = .cpu) throws {
    try device.checkAvailable()
    guard let handle = try libtorch().generator_make(seed, device.handle) else {
      throw TorchError.operation("making a generator", shapes: [], message: lastError())
    }
    self.handle = handle
    self.device = device
  }

  deinit { torch.generator_free(handle) }

  /// The whole state, opaque and specific to the device; a generator with this state continues the stream bit for bit.
  public var state: [UInt8] {
    get throws {
      let size = Int(torch.generator_state_size(handle))
      guard size >= 0 else {
        throw TorchError.operation("reading a generator", shapes: [], message: lastError())
      }
      var bytes = [UInt8](repeating: 0, count: size)
      try check(torch.generator_state(handle, &bytes, Int64(size)), "reading a generator")
      return bytes
    }
  }

  public func restore(_ state: [UInt8]) throws {
    try check(torch.generator_set_state(handle, state, Int64(state.count)), "restoring a generator")
  }

  /// Independent draws from N(`mean`, `deviation`²).
  public func normal(_ shape: [Int], mean: Double = 0, deviation: Double = 1) throws -> Tensor {
    try Tensor(
      owning: withSizes(shape) { torch.normal($0, $1, mean, deviation, handle) },
      "normal numbers of shape \(shape)")
  }

  /// Independent draws from the uniform distribution on `range`.
  public func uniform(_ shape: [Int], in range: Range<Double> = 0..<1) throws -> Tensor {
    try Tensor(
      owning: withSizes(shape) { torch.uniform($0, $1, range.lowerBound, range.upperBound, handle) },
      "uniform numbers of shape \(shape)")
  }
}
