import CTorch

// Shapes broadcast as in NumPy: sizes are aligned at the last dimension, and 1 stretches.
extension Tensor {
  public static func + (a: Tensor, b: Tensor) throws -> Tensor {
    try Tensor(owning: torch.add(a.handle, b.handle, 1), "addition", [a, b])
  }
  public static func - (a: Tensor, b: Tensor) throws -> Tensor {
    try Tensor(owning: torch.add(a.handle, b.handle, -1), "subtraction", [a, b])
  }
  public static func * (a: Tensor, b: Tensor) throws -> Tensor {
    try Tensor(owning: torch.multiply(a.handle, b.handle), "multiplication", [a, b])
  }
  public static func + (a: Tensor, number: Double) throws -> Tensor {
    try Tensor(owning: torch.add_number(a.handle, number), "addition of a number", [a])
  }
  public static func - (a: Tensor, number: Double) throws -> Tensor {
    try Tensor(owning: torch.add_number(a.handle, -number), "subtraction of a number", [a])
  }
  public static func * (a: Tensor, number: Double) throws -> Tensor {
    try Tensor(owning: torch.multiply_number(a.handle, number), "multiplication by a number", [a])
  }
  public static func * (number: Double, a: Tensor) throws -> Tensor { try a * number }
  public static prefix func - (a: Tensor) throws -> Tensor { try a * -1 }

  /// The matrix product: [n, k] by [k, m] is [n, m].
  public func matrixProduct(_ other: Tensor) throws -> Tensor {
    try Tensor(owning: torch.matrix_product(handle, other.handle), "matrix product", [self, other])
  }
}

// Element by element.
extension Tensor {
  public func exp() throws -> Tensor { try Tensor(owning: torch.exp(handle), "exp", [self]) }
  public func squared() throws -> Tensor { try Tensor(owning: torch.square(handle), "square", [self]) }
  /// Elements below or above `range` move to its nearer end; their gradient is zero.
  public func clamped(to range: ClosedRange<Double>) throws -> Tensor {
    try Tensor(owning: torch.clamp(handle, range.lowerBound, range.upperBound), "clamp", [self])
  }
}

// Sums and means; `along` counts dimensions from 0, or from the end when negative.
extension Tensor {
  /// The sum of all elements, a scalar.
  public func sum() throws -> Tensor { try Tensor(owning: torch.sum(handle), "sum", [self]) }
  /// The mean of all elements, a scalar.
  public func mean() throws -> Tensor { try Tensor(owning: torch.mean(handle), "mean", [self]) }
  public func sum(along dimension: Int, keepingDimension: Bool = false) throws -> Tensor {
    try Tensor(
      owning: torch.sum_along(handle, Int32(dimension), keepingDimension ? 1 : 0), "sum along \(dimension)",
      [self])
  }
  public func mean(along dimension: Int, keepingDimension: Bool = false) throws -> Tensor {
    try Tensor(
      owning: torch.mean_along(handle, Int32(dimension), keepingDimension ? 1 : 0),
      "mean along \(dimension)", [self])
  }
  /// Where the largest element along one dimension lies, as whole numbers.
  public func indexOfMaximum(along dimension: Int) throws -> Tensor {
    try Tensor(owning: torch.argmax_along(handle, Int32(dimension)), "maximum along \(dimension)", [self])
  }
}
