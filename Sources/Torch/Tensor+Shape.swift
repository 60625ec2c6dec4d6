import CTorch

extension Tensor {
  /// The same elements and the same shape [n, m], stored column by column.
  public func columnMajor() throws -> Tensor {
    try Tensor(owning: torch.column_major(handle), "storing by columns", [self])
  }

  /// The same row-major elements in another shape; one size may be -1 and follows from the others.
  public func reshaped(_ shape: [Int]) throws -> Tensor {
    try Tensor(
      owning: withSizes(shape) { torch.reshape(handle, $0, $1) }, "reshaping to \(shape)", [self])
  }

  /// The part with `range` of the indices of `dimension`. Shares memory with this tensor.
  public func slice(_ range: Range<Int>, along dimension: Int) throws -> Tensor {
    try Tensor(
      owning: torch.narrow(handle, Int32(dimension), Int64(range.lowerBound), Int64(range.count)),
      "slicing \(range) along \(dimension)", [self])
  }

  /// The same elements with two dimensions exchanged. Shares memory with this tensor.
  public func transposed(_ first: Int = 0, _ second: Int = 1) throws -> Tensor {
    try Tensor(
      owning: torch.transpose(handle, Int32(first), Int32(second)), "transposing \(first) and \(second)",
      [self])
  }

  /// The tensors one after another along `dimension`; all other sizes must agree.
  public static func concatenate(_ tensors: [Tensor], along dimension: Int) throws -> Tensor {
    let handle = try withHandles(tensors) { handles, count in
      handles.withMemoryRebound(to: OpaquePointer?.self, capacity: Int(count)) { _ in
        torch.concatenate(handles, count, Int32(dimension))
      }
    }
    return try Tensor(owning: handle, "concatenating along \(dimension)", tensors)
  }
}
