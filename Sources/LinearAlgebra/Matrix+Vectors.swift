extension Matrix {
  /// alpha op(self) x + beta y (BLAS gemv); `y` stands for zeros when it is absent.
  @inlinable public func times(
    vector x: [Element], _ orientation: Orientation = .asStored, alpha: Element = 1, plus y: [Element]? = nil,
    beta: Element = 1
  ) -> [Element] {
    let (height, width) = shape(orientation)
    precondition(x.count == width, "a \(height) x \(width) operand cannot take a vector of \(x.count)")
    precondition(y == nil || y!.count == height, "the added vector must have \(height) elements")
    var result = y ?? [Element](repeating: 0, count: height)
    guard height > 0 else { return result }
    guard width > 0 else {
      for index in result.indices { result[index] *= beta }
      return result
    }
    withUnsafeElements { a in
      x.withUnsafeBufferPointer { x in
        result.withUnsafeMutableBufferPointer { y in
          Element._gemv(
            orientation == .transposed, rows: rows, columns: columns, alpha: alpha, a.baseAddress!,
            x.baseAddress!, beta: beta, y.baseAddress!)
        }
      }
    }
    return result
  }
}

extension BLAS {
  /// y := y + alpha x.
  @inlinable public static func add<Element: BLASScalar>(
    _ alpha: Element, _ x: [Element], to y: inout [Element]
  ) {
    precondition(x.count == y.count, "\(x.count) elements cannot be added to \(y.count)")
    guard !x.isEmpty else { return }
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in Element._axpy(x.count, alpha, x.baseAddress!, y.baseAddress!) }
    }
  }

  /// The inner product of two vectors.
  @inlinable public static func dot<Element: BLASScalar>(_ x: [Element], _ y: [Element]) -> Element {
    precondition(x.count == y.count, "no inner product of \(x.count) and \(y.count) elements")
    guard !x.isEmpty else { return 0 }
    return x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in Element._dot(x.count, x.baseAddress!, y.baseAddress!) }
    }
  }
}
