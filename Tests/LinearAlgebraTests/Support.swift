import LinearAlgebra
import Randomness

extension Matrix {
  /// Normal elements, the same at every call with equal arguments.
  static func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed)
    return Matrix(
      rows: rows, columns: columns, elements: (0..<(rows * columns)).map { _ in Element(stream.normal()) })
  }

  /// A product by its definition.
  static func naive(_ a: Matrix, _ b: Matrix) -> Matrix {
    var result = Matrix(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for j in 0..<b.columns {
        result[i, j] = (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[$1, j] }
      }
    }
    return result
  }

  static func identity(_ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for index in 0..<size { result[index, index] = 1 }
    return result
  }

  static func diagonal(_ values: [Element]) -> Matrix {
    var result = Matrix(rows: values.count, columns: values.count)
    for index in values.indices { result[index, index] = values[index] }
    return result
  }

  /// The largest absolute difference of two elements; infinite for different shapes.
  func distance(to other: Matrix) -> Double {
    guard rows == other.rows, columns == other.columns else { return .infinity }
    return zip(elements, other.elements).reduce(0) { max($0, abs(Double($1.0 - $1.1))) }
  }

  func scaled(_ factor: Element) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map { $0 * factor })
  }

  func plus(_ other: Matrix) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: zip(elements, other.elements).map { $0 + $1 })
  }
}
