extension BLAS {
  /// Whether products of small integers, whose sums no order of summation rounds, are what they should be, in both precisions,
  /// all orientations, and sizes on either side of the kernels' blocks. Takes a few milliseconds.
  public static func computesRightly() -> Bool {
    computesRightly(Float.self) && computesRightly(Double.self)
  }

  private static func computesRightly<Element: BLASScalar>(_ type: Element.Type) -> Bool {
    for (rows, columns, inner) in [(1, 1, 1), (3, 5, 7), (17, 33, 9), (64, 64, 64), (65, 127, 129)] {
      // op(A) and op(B), element by element.
      func left(_ row: Int, _ index: Int) -> Int { (row * 7 + index * 3) % 11 - 5 }
      func right(_ index: Int, _ column: Int) -> Int { (index * 5 + column * 2) % 13 - 6 }
      for transposed in [(false, false), (false, true), (true, false), (true, true)] {
        let a = stored(rows, inner, transposed: transposed.0, left) as [Element]
        let b = stored(inner, columns, transposed: transposed.1, right) as [Element]
        var c = [Element](repeating: 1, count: rows * columns)
        Element._gemm(
          transposed.0, transposed.1, rows: rows, columns: columns, inner: inner, alpha: 2, a,
          strideA: transposed.0 ? rows : inner, b, strideB: transposed.1 ? inner : columns, beta: 3, &c,
          strideC: columns)
        for row in 0..<rows {
          for column in 0..<columns {
            let sum = (0..<inner).reduce(0) { $0 + left(row, $1) * right($1, column) }
            guard c[row * columns + column] == Element(2 * sum + 3) else { return false }
          }
        }
      }
    }
    return true
  }

  private static func stored<Element: BLASScalar>(
    _ rows: Int, _ columns: Int, transposed: Bool, _ element: (Int, Int) -> Int
  ) -> [Element] {
    (0..<(rows * columns)).map { place in
      transposed
        ? Element(element(place % rows, place / rows)) : Element(element(place / columns, place % columns))
    }
  }

  /// Billions of operations in a second of a single-precision product of 1024 x 1024 matrices: the best of three.
  public static func measuredSpeed() -> Double {
    let size = 1024
    let operand = [Float](repeating: 0.5, count: size * size)
    var result = operand
    let times = (0..<3).map { _ in
      ContinuousClock().measure {
        Float._gemm(
          false, false, rows: size, columns: size, inner: size, alpha: 1, operand, strideA: size, operand,
          strideB: size, beta: 0, &result, strideC: size)
      } / .seconds(1)
    }
    return 2 * Double(size * size * size) / max(times.min() ?? 0, 1e-9) * 1e-9
  }
}
