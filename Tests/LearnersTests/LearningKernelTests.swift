import CKernels
import Foundation
import Randomness
import Testing

/// The inner loops of linear layers that learn, in every version that this processor can run.
struct LearningKernelTests {
  /// Around the edges of tiles of 4, 6 and 12 rows, of vectors of 16 and of blocks of 48 and 128.
  static let shapes: [(batch: Int, inputs: Int, outputs: Int)] = [
    (1, 1, 1), (5, 37, 13), (64, 16, 12), (3, 33, 128), (8, 48, 129), (2, 100, 300), (17, 15, 31),
    (29, 83, 110),
  ]
  private static let rate: Float = 0.1
  private static let epsilon: Float = 1e-10

  private struct Problem {
    var inputs, errors, weights, squares, bias: [Float]
    let batch, width, outputs: Int

    /// `density` is the share of inputs that are not zero.
    init(_ shape: (batch: Int, inputs: Int, outputs: Int), density: Double) {
      var stream = RandomStream(seed: UInt64(shape.batch * 1_000_000 + shape.inputs * 1000 + shape.outputs))
      func normals(_ count: Int) -> [Float] { (0..<count).map { _ in Float(stream.normal()) } }
      (batch, width, outputs) = (shape.batch, shape.inputs, shape.outputs)
      inputs = normals(batch * width)
      errors = normals(batch * outputs)
      weights = normals(width * outputs)
      squares = normals(width * outputs).map { $0 * $0 + 0.01 }
      bias = normals(outputs)
      for index in inputs.indices where stream.uniform() >= density { inputs[index] = 0 }
    }

    /// The step of the weight between an input and an output, in double precision.
    func moved(_ input: Int, _ output: Int, weight: Float, square: Float) -> (weight: Double, square: Double)
    {
      let gradient = (0..<batch).reduce(0.0) {
        $0 + Double(errors[$1 * outputs + output]) * Double(inputs[$1 * width + input])
      }
      let sum = Double(square) + gradient * gradient
      return (
        Double(weight) - Double(LearningKernelTests.rate) * gradient
          / (sum.squareRoot() + Double(LearningKernelTests.epsilon)), sum
      )
    }

    /// The inputs that are not zero: by item, and by input.
    var byItem: (starts: [Int32], places: [Int32], values: [Float]) {
      var (starts, places, values): ([Int32], [Int32], [Float]) = ([0], [], [])
      for item in 0..<batch {
        for input in 0..<width where inputs[item * width + input] != 0 {
          places.append(Int32(input))
          values.append(inputs[item * width + input])
        }
        starts.append(Int32(places.count))
      }
      return (starts, places, values)
    }
    var byInput: (rows: [Int32], starts: [Int32], items: [Int32], values: [Float]) {
      var (rows, starts, items, values): ([Int32], [Int32], [Int32], [Float]) = ([], [0], [], [])
      for input in 0..<width {
        let own = (0..<batch).filter { inputs[$0 * width + input] != 0 }
        guard !own.isEmpty else { continue }
        rows.append(Int32(input))
        items += own.map(Int32.init)
        values += own.map { inputs[$0 * width + input] }
        starts.append(Int32(items.count))
      }
      return (rows, starts, items, values)
    }
  }

  private func expectClose(_ value: Float, _ exact: Double, _ place: String) {
    #expect(abs(Double(value) - exact) <= 2e-5 * max(1, abs(exact)), "\(place)")
  }

  /// Columns of a matrix as vectors, in panels.
  private static func panels(_ matrix: [Float], rows: Int, columns: Int) -> [Float] {
    let width = Int(ck_panel_width)
    var panels = [Float](repeating: 0, count: (columns + width - 1) / width * width * rows)
    for row in 0..<rows {
      for column in 0..<columns {
        let (panel, lane) = column.quotientAndRemainder(dividingBy: width)
        panels[(panel * rows + row) * width + lane] = matrix[row * columns + column]
      }
    }
    return panels
  }

  private static func turned(_ matrix: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<columns).flatMap { column in (0..<rows).map { matrix[$0 * columns + column] } }
  }

  @Test(arguments: KernelTests.instructionSets, shapes)
  func `a layer of few items reads its weights where they lie`(
    set: ck_instruction_set, shape: (batch: Int, inputs: Int, outputs: Int)
  ) throws {
    let kernels = try #require(ck_kernels_of(set)).pointee
    let problem = Problem(shape, density: 1)
    let (batch, inputs, outputs) = shape
    let stride = outputs + 2
    var values = [Float](repeating: .nan, count: batch * stride)
    kernels.linear(
      problem.weights, outputs, inputs,
      Self.panels(
        Self.turned(problem.inputs, rows: batch, columns: inputs), rows: inputs, columns: batch), batch,
      problem.bias, &values, stride)
    for item in 0..<batch {
      for output in 0..<stride {
        guard output < outputs else {
          #expect(values[item * stride + output].isNaN)
          continue
        }
        let exact = (0..<inputs).reduce(Double(problem.bias[output])) {
          $0 + Double(problem.inputs[item * inputs + $1]) * Double(problem.weights[output * inputs + $1])
        }
        expectClose(values[item * stride + output], exact, "value \(item), \(output)")
      }
    }
  }

  /// The step takes no root and no division where epsilon is too small to matter: over all sizes of sums of squares, on
  /// both sides of that, it is what the formula says.
  @Test(arguments: KernelTests.instructionSets)
  func `a step is Adagrad's for every sum of squares`(set: ck_instruction_set) throws {
    let kernels = try #require(ck_kernels_of(set)).pointee
    var stream = RandomStream(seed: 7)
    for epsilon: Float in [0, 1e-10, 1e-3] {
      // A vector each, so that no neighbour decides: 2^-149 to 2^127, and what lies between.
      for exponent in stride(from: -149.0, through: 126, by: 0.37) {
        let sum = Float(exp2(exponent + stream.uniform()))
        var (weights, squares) = ([Float](repeating: 0, count: 16), [Float](repeating: sum, count: 16))
        // So small a gradient that its square is nothing beside the sum.
        let gradient = Float(exp2(exponent / 2 - 14 - stream.uniform()))
        kernels.adagrad(
          [gradient], 1, 1, [Float](repeating: 1, count: 16), 16, Self.rate, epsilon, &weights, &squares, nil,
          16)
        let total = Double(squares[0])
        let exact = -Double(Self.rate) * Double(gradient) / (total.squareRoot() + Double(epsilon))
        #expect(abs(Double(weights[0]) - exact) <= 5 * Double(Float(exact).ulp), "\(exponent), \(epsilon)")
        #expect(weights.allSatisfy { $0 == weights[0] })
      }
    }
    func step(gradient: Float, sum: Float) -> Float {
      var (weights, squares) = ([Float](repeating: 1, count: 16), [Float](repeating: sum, count: 16))
      kernels.adagrad(
        [gradient], 1, 1, [Float](repeating: 1, count: 16), 16, 0.5, 1e-10, &weights, &squares, nil, 16)
      return weights[0]
    }
    #expect(step(gradient: 0, sum: 0) == 1)
    #expect(step(gradient: 1, sum: .infinity) == 1)
    #expect(step(gradient: 1, sum: .nan).isNaN)
    #expect(step(gradient: .nan, sum: 1).isNaN)
  }

  @Test(arguments: KernelTests.instructionSets, shapes)
  func `weights move by Adagrad with their gradient`(
    set: ck_instruction_set, shape: (batch: Int, inputs: Int, outputs: Int)
  ) throws {
    let kernels = try #require(ck_kernels_of(set)).pointee
    let problem = Problem(shape, density: 1)
    let (batch, inputs, outputs) = shape
    // Rows lie further apart than they are long, and nothing behind them is touched.
    let stride = inputs + 3
    var weights = [Float](repeating: .nan, count: outputs * stride)
    var squares = weights
    for output in 0..<outputs {
      for input in 0..<inputs {
        weights[output * stride + input] = problem.weights[output * inputs + input]
        squares[output * stride + input] = problem.squares[output * inputs + input]
      }
    }
    let panels = Self.panels(problem.inputs, rows: batch, columns: inputs)
    let turned = Self.turned(problem.errors, rows: batch, columns: outputs)
    let before = weights
    var back = [Float](repeating: .nan, count: batch * stride)
    kernels.adagrad(
      turned, outputs, batch, panels, inputs, Self.rate, Self.epsilon, &weights, &squares, &back, stride)
    for item in 0..<batch {
      for input in 0..<stride {
        let place = item * stride + input
        guard input < inputs else {
          #expect(back[place].isNaN)
          continue
        }
        let exact = (0..<outputs).reduce(0.0) {
          $0 + Double(problem.errors[item * outputs + $1]) * Double(before[$1 * stride + input])
        }
        expectClose(back[place], exact, "back \(item), \(input)")
      }
    }
    // The same weights without what goes back.
    var again = before
    var sums = (0..<outputs * stride).map {
      let (output, input) = $0.quotientAndRemainder(dividingBy: stride)
      return input < inputs ? problem.squares[output * inputs + input] : .nan
    }
    kernels.adagrad(
      turned, outputs, batch, panels, inputs, Self.rate, Self.epsilon, &again, &sums, nil, stride)
    #expect(again.map(\.bitPattern) == weights.map(\.bitPattern))
    #expect(sums.map(\.bitPattern) == squares.map(\.bitPattern))
    for output in 0..<outputs {
      for input in 0..<stride {
        let place = output * stride + input
        guard input < inputs else {
          #expect(weights[place].isNaN && squares[place].isNaN)
          continue
        }
        let exact = problem.moved(
          input, output, weight: problem.weights[output * inputs + input],
          square: problem.squares[output * inputs + input])
        expectClose(weights[place], exact.weight, "weight \(output), \(input)")
        expectClose(squares[place], exact.square, "square \(output), \(input)")
      }
    }
  }

  @Test(arguments: KernelTests.instructionSets, shapes)
  func `of sparse inputs only the others' weights are read and moved`(
    set: ck_instruction_set, shape: (batch: Int, inputs: Int, outputs: Int)
  ) throws {
    let kernels = try #require(ck_kernels_of(set)).pointee
    let problem = Problem(shape, density: 0.2)
    let (batch, inputs, outputs) = shape
    let sparse = problem.byItem
    var table = problem.weights
    for input in 0..<inputs where !sparse.places.contains(Int32(input)) {
      for output in 0..<outputs { table[input * outputs + output] = .nan }
    }
    var values = [Float](repeating: 0, count: batch * outputs)
    kernels.sparse_products(
      table, sparse.starts, sparse.places, sparse.values, batch, problem.bias, 0, outputs, &values, outputs)
    for item in 0..<batch {
      for output in 0..<outputs {
        let exact = (0..<inputs).reduce(Double(problem.bias[output])) {
          $0 + Double(problem.inputs[item * inputs + $1]) * Double(problem.weights[$1 * outputs + output])
        }
        expectClose(values[item * outputs + output], exact, "value \(item), \(output)")
      }
    }

    let columns = problem.byInput
    var squares = problem.squares
    kernels.adagrad_rows(
      problem.errors, columns.rows, columns.rows.count, columns.starts, columns.items, columns.values, 0,
      outputs, Self.rate, Self.epsilon, &table, &squares, outputs)
    for input in 0..<inputs {
      for output in 0..<outputs {
        let place = input * outputs + output
        guard columns.rows.contains(Int32(input)) else {
          #expect(table[place].isNaN && squares[place] == problem.squares[place])
          continue
        }
        let exact = problem.moved(
          input, output, weight: problem.weights[place], square: problem.squares[place])
        expectClose(table[place], exact.weight, "weight \(input), \(output)")
        expectClose(squares[place], exact.square, "square \(input), \(output)")
      }
    }
  }
}
