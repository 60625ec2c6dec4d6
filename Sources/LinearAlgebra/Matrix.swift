/// A dense row-major matrix with value semantics: element (i, j) is `storage[i * columns + j]`.
///
/// Row-major because rows are samples throughout the project: one sample's features are contiguous.
public struct Matrix<Element: BLASScalar>: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  @usableFromInline var storage: [Element]

  /// A matrix with every element equal to `value`.
  @inlinable public init(rows: Int, columns: Int, repeating value: Element = 0) {
    precondition(rows >= 0 && columns >= 0, "a matrix cannot have \(rows) rows and \(columns) columns")
    self.rows = rows
    self.columns = columns
    storage = [Element](repeating: value, count: rows * columns)
  }

  /// Wraps row-major elements; `elements.count` must be `rows * columns`.
  @inlinable public init(rows: Int, columns: Int, elements: [Element]) {
    precondition(
      elements.count == rows * columns, "\(elements.count) elements do not fill \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    storage = elements
  }

  /// A matrix whose elements `initialise` writes, row-major, every one of them.
  @inlinable public init(
    rows: Int, columns: Int, initialising initialise: (UnsafeMutableBufferPointer<Element>) throws -> Void
  ) rethrows {
    self.rows = rows
    self.columns = columns
    storage = try [Element](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      try initialise(UnsafeMutableBufferPointer(rebasing: buffer[0..<(rows * columns)]))
      count = rows * columns
    }
  }

  /// Row-major elements.
  public var elements: [Element] { storage }

  @inlinable public subscript(row: Int, column: Int) -> Element {
    get { storage[row * columns + column] }
    set { storage[row * columns + column] = newValue }
  }

  /// One row, as a slice of the elements.
  @inlinable public subscript(row row: Int) -> ArraySlice<Element> {
    storage[(row * columns)..<((row + 1) * columns)]
  }

  @inlinable public func withUnsafeElements<R>(
    _ body: (UnsafeBufferPointer<Element>) throws -> R
  ) rethrows -> R {
    try storage.withUnsafeBufferPointer(body)
  }

  @inlinable public mutating func withUnsafeMutableElements<R>(
    _ body: (UnsafeMutableBufferPointer<Element>) throws -> R
  ) rethrows -> R {
    try storage.withUnsafeMutableBufferPointer { try body($0) }
  }
}
