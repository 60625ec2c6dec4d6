import LinearAlgebra

/// One vector per problem: coefficients in a row, and the bias beside them in double precision.
///
/// Points are in double precision and steps in single precision: what a step lacks, the next one makes good.
struct L2SVMVectors<Element: BLASScalar> {
  /// problems x dimension.
  var coefficients: Matrix<Element>
  /// One per problem.
  var biases: [Double]

  init(count: Int, dimension: Int) {
    coefficients = Matrix(rows: count, columns: dimension)
    biases = [Double](repeating: 0, count: count)
  }

  init(_ coefficients: Matrix<Element>, biases: [Double]) {
    self.coefficients = coefficients
    self.biases = biases
  }

  var count: Int { biases.count }

  func selecting(_ chosen: [Int]) -> L2SVMVectors {
    L2SVMVectors(coefficients.selecting(rows: chosen), biases: chosen.map { biases[$0] })
  }

  /// self[chosen[i]] := other[i].
  mutating func replace(_ chosen: [Int], by other: L2SVMVectors) {
    coefficients.replace(chosen, by: other.coefficients)
    for (position, target) in chosen.enumerated() { biases[target] = other.biases[position] }
  }

  func converted<Target: BLASScalar>(to type: Target.Type = Target.self) -> L2SVMVectors<Target> {
    L2SVMVectors<Target>(coefficients.converted(to: type), biases: biases)
  }

  /// self[targets[i]] := self[targets[i]] + factors[i] other[i].
  mutating func add(_ factors: [Double], _ other: L2SVMVectors<Float>, to targets: [Int]) {
    coefficients.add(factors, other.coefficients, to: targets)
    for (position, target) in targets.enumerated() {
      biases[target] += factors[position] * other.biases[position]
    }
  }

  /// self := other + factors self, problem by problem.
  mutating func scale(by factors: [Double], adding other: L2SVMVectors) {
    coefficients.scale(by: factors, adding: other.coefficients)
    for index in biases.indices { biases[index] = other.biases[index] + factors[index] * biases[index] }
  }
}

extension Matrix {
  /// Row chosen[i] := row i of `other`.
  mutating func replace(_ chosen: [Int], by other: Matrix) {
    let width = columns
    withUnsafeMutableElements { y in
      other.withUnsafeElements { x in
        for (position, row) in chosen.enumerated() {
          for column in 0..<width { y[row * width + column] = x[position * width + column] }
        }
      }
    }
  }

  /// Row targets[i] := row targets[i] + factors[i] * row i of `other`.
  mutating func add(_ factors: [Double], _ other: Matrix<Float>, to targets: [Int]) {
    let width = columns
    withUnsafeMutableElements { y in
      other.withUnsafeElements { x in
        for (position, target) in targets.enumerated() {
          let factor = Element(factors[position])
          for column in 0..<width {
            y[target * width + column] += factor * Element(x[position * width + column])
          }
        }
      }
    }
  }

  /// Row i := row i of `other` + factors[i] * row i.
  mutating func scale(by factors: [Double], adding other: Matrix) {
    let width = columns
    withUnsafeMutableElements { y in
      other.withUnsafeElements { x in
        for row in factors.indices {
          let factor = Element(factors[row])
          for index in (row * width)..<((row + 1) * width) { y[index] = x[index] + factor * y[index] }
        }
      }
    }
  }

  /// The inner product of each row with the same row of `other`, summed in double precision.
  func rowProducts<Other: BLASScalar>(_ other: Matrix<Other>) -> [Double] {
    let width = columns
    return withUnsafeElements { x in
      other.withUnsafeElements { y in
        (0..<rows).map { row in
          // Four sums, so that the processor need not wait for one addition to end before it begins the next.
          var sums = SIMD4<Double>.zero
          let (first, end) = (row * width, (row + 1) * width)
          var index = first
          while index + 4 <= end {
            let a = SIMD4<Double>(
              Double(x[index]), Double(x[index + 1]), Double(x[index + 2]), Double(x[index + 3]))
            let b = SIMD4<Double>(
              Double(y[index]), Double(y[index + 1]), Double(y[index + 2]), Double(y[index + 3]))
            sums += a * b
            index += 4
          }
          var sum = sums.sum()
          while index < end {
            sum += Double(x[index]) * Double(y[index])
            index += 1
          }
          return sum
        }
      }
    }
  }

  /// The sum of every row, in double precision.
  func rowSums() -> [Double] {
    withUnsafeElements { x in
      (0..<rows).map { row in
        var sum = 0.0
        for index in (row * columns)..<((row + 1) * columns) { sum += Double(x[index]) }
        return sum
      }
    }
  }

  /// The inner product of each row with `vector`.
  func rowProducts(_ vector: [Double]) -> [Double] {
    withUnsafeElements { x in
      vector.withUnsafeBufferPointer { vector in
        (0..<rows).map { row in
          var sum = 0.0
          for column in vector.indices { sum += Double(x[row * columns + column]) * vector[column] }
          return sum
        }
      }
    }
  }
}
