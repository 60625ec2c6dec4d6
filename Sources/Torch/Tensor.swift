import CTorch

/// A dense array of 32-bit floats that libtorch computes with and differentiates through.
///
/// One object owns one libtorch handle and frees it when the last reference goes, so the memory of a training step and
/// its autograd graph are released at the end of the step. A tensor belongs to one thread at a time.
public final class Tensor {
  let handle: OpaquePointer

  /// Takes ownership of a handle; nil means that `operation` failed.
  init(
    owning handle: OpaquePointer?, _ operation: @autoclosure () -> String, _ operands: [Tensor] = []
  ) throws {
    guard let handle else {
      throw TorchError.operation(operation(), shapes: operands.map(\.shape), message: lastError())
    }
    self.handle = handle
  }

  deinit { torch.free(handle) }
}

// MARK: Making tensors

extension Tensor {
  /// A tensor of `shape` with these row-major elements, copied once.
  public convenience init(_ elements: [Float], shape: [Int], device: Device = .cpu) throws {
    let torch = try libtorch()
    try self.init(copying: elements.count, shape: shape) { sizes, rank in
      elements.withUnsafeBufferPointer { torch.from_floats($0.baseAddress, sizes, rank, device.handle) }
    }
  }

  /// A tensor of `shape` with these row-major elements, copied once.
  public convenience init(
    _ elements: UnsafeBufferPointer<Float>, shape: [Int], device: Device = .cpu
  ) throws {
    let torch = try libtorch()
    try self.init(copying: elements.count, shape: shape) { sizes, rank in
      torch.from_floats(elements.baseAddress, sizes, rank, device.handle)
    }
  }

  /// A tensor of integers, such as the classes that `crossEntropy` takes.
  public convenience init(indices: [Int], device: Device = .cpu) throws {
    let torch = try libtorch()
    try self.init(copying: indices.count, shape: [indices.count]) { sizes, rank in
      indices.map(Int64.init).withUnsafeBufferPointer {
        torch.from_indices($0.baseAddress, sizes, rank, device.handle)
      }
    }
  }

  /// A tensor whose elements all equal `value`.
  public convenience init(repeating value: Float, shape: [Int], device: Device = .cpu) throws {
    let torch = try libtorch()
    let handle = withSizes(shape) { torch.full($0, $1, Double(value), device.handle) }
    try self.init(owning: handle, "making a tensor of shape \(shape)")
  }

  /// A tensor like another, in shape, device and the order of its memory, whose elements all equal `value`.
  public convenience init(repeating value: Float, like other: Tensor) throws {
    try self.init(owning: torch.full_like(other.handle, Double(value)), "making a tensor", [other])
  }

  /// A tensor in host memory whose row-major elements `initialise` writes, every one of them.
  public convenience init(
    shape: [Int], initialising initialise: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let torch = try libtorch()
    let handle = withSizes(shape) { torch.empty($0, $1, .CTORCH_CPU) }
    try self.init(owning: handle, "making a tensor of shape \(shape)")
    try withUnsafeMutableElements(initialise)
  }

  private convenience init(
    copying count: Int, shape: [Int], make: (UnsafePointer<Int64>, Int32) -> OpaquePointer?
  ) throws {
    guard shape.allSatisfy({ $0 >= 0 }), count == shape.reduce(1, *) else {
      throw TorchError.operation(
        "making a tensor", shapes: [shape], message: "\(count) elements do not fill this shape")
    }
    try self.init(owning: withSizes(shape, make), "making a tensor of shape \(shape)")
  }
}

// MARK: Reading tensors

extension Tensor {
  public var rank: Int { Int(torch.rank(handle)) }
  public var shape: [Int] { (0..<torch.rank(handle)).map { Int(torch.size(handle, $0)) } }
  /// The number of elements.
  public var count: Int { Int(torch.count(handle)) }
  public var device: Device { Device(torch.device_of(handle)) }

  /// Row-major elements, copied from the device.
  public func elements() throws -> [Float] {
    let count = count
    return try [Float](unsafeUninitializedCapacity: count) { buffer, written in
      try check(torch.read(handle, buffer.baseAddress, Int64(count)), "reading", [self])
      written = count
    }
  }

  /// Copies the row-major elements into `buffer`, which must have room for exactly `count`.
  public func read(into buffer: UnsafeMutableBufferPointer<Float>) throws {
    try check(torch.read(handle, buffer.baseAddress, Int64(buffer.count)), "reading", [self])
  }

  /// The only element.
  public func scalar() throws -> Double {
    var value = 0.0
    try check(torch.scalar(handle, &value), "reading a scalar", [self])
    return value
  }

  /// The row-major elements in place. Only for a contiguous tensor in host memory; not recorded by autograd.
  public func withUnsafeMutableElements<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    guard let elements = torch.elements(handle) else {
      throw TorchError.operation("opening the elements", shapes: [shape], message: lastError())
    }
    return try withExtendedLifetime(self) {
      try body(UnsafeMutableBufferPointer(start: count == 0 ? nil : elements, count: count))
    }
  }

  /// Overwrites the elements with those of `source`, across devices, outside of the autograd graph.
  public func assign(_ source: Tensor) throws {
    try check(torch.assign(handle, source.handle), "assigning", [self, source])
  }

  /// Overwrites the elements with these row-major ones, outside of the autograd graph.
  public func write(_ elements: UnsafeBufferPointer<Float>) throws {
    try check(torch.write(handle, elements.baseAddress, Int64(elements.count)), "writing", [self])
  }

  /// A copy with memory of its own, outside of the autograd graph.
  public func copy() throws -> Tensor { try Tensor(owning: torch.copy(handle), "copying", [self]) }

  /// This tensor on `device`; the tensor itself, not a copy, when it is there already.
  public func to(_ device: Device) throws -> Tensor {
    if device == self.device { return self }
    try device.checkAvailable()
    return try Tensor(owning: torch.to_device(handle, device.handle), "moving to \(device.rawValue)", [self])
  }
}

// MARK: Helpers of the module

func check(_ status: Int32, _ operation: @autoclosure () -> String, _ operands: [Tensor] = []) throws {
  guard status == 0 else {
    throw TorchError.operation(operation(), shapes: operands.map(\.shape), message: lastError())
  }
}

func withSizes<Result>(_ shape: [Int], _ body: (UnsafePointer<Int64>, Int32) throws -> Result) rethrows
  -> Result
{
  // A scalar has no sizes, but the pointer must still point somewhere.
  let sizes = shape.isEmpty ? [0] : shape.map(Int64.init)
  return try sizes.withUnsafeBufferPointer { sizes in
    guard let first = sizes.baseAddress else {
      preconditionFailure("an array of at least one size has an address")
    }
    return try body(first, Int32(shape.count))
  }
}

/// The handles of `tensors`, for C functions that take arrays; valid inside of `body`.
func withHandles<Result>(
  _ tensors: [Tensor], _ body: (UnsafePointer<OpaquePointer>, Int32) throws -> Result
) throws -> Result {
  try withExtendedLifetime(tensors) {
    try tensors.map(\.handle).withUnsafeBufferPointer { handles in
      guard let first = handles.baseAddress, !handles.isEmpty else {
        throw TorchError.operation("a list of tensors", shapes: [], message: "the list is empty")
      }
      return try body(first, Int32(handles.count))
    }
  }
}
