import CKernels
import Randomness
import Testing

/// Every version of the inner loops that this processor can run; the rest of the suite sees only the widest.
struct KernelTests {
  static let instructionSets = [ck_plain, ck_avx2, ck_avx512].filter { ck_kernels_of($0) != nil }

  /// Around the edges of tiles of 4, 6 and 12 rows, of blocks of 48, of vectors of 8 and 16 and of chunks of 512.
  static let shapes = [
    Shape(rows: 1, dimension: 1, vectors: 1), Shape(rows: 3, dimension: 7, vectors: 5),
    Shape(rows: 12, dimension: 16, vectors: 16), Shape(rows: 13, dimension: 27, vectors: 17),
    Shape(rows: 23, dimension: 8, vectors: 31), Shape(rows: 49, dimension: 108, vectors: 100),
    Shape(rows: 107, dimension: 33, vectors: 48), Shape(rows: 6, dimension: 1040, vectors: 11),
  ]

  @Test(arguments: instructionSets, shapes)
  func `a version computes what the header says`(set: ck_instruction_set, shape: Shape) throws {
    let problem = Problem(shape)
    let answers = problem.answers(try #require(ck_kernels_of(set)).pointee)
    let exact = problem.exactAnswers()
    for (name, values) in answers.numbers {
      let expected = try #require(exact[name])
      try #require(values.count == expected.count, "\(name)")
      for (value, expected) in zip(values, expected) {
        #expect(abs(Double(value) - expected) <= 2e-5 * max(1, abs(expected)), "\(name)")
      }
    }
    let scores = problem.exactScores()
    for (row, index) in answers.nearest.enumerated() {
      let least = scores[row].min()!
      #expect(scores[row][Int(index)] <= least + 2e-5 * max(1, abs(least)), "nearest of row \(row)")
    }
    #expect(answers.nearestBounded == [answers.nearest, answers.nearest], "bounds change no answer")
    #expect(answers.minimumBounded == [answers.numbers["minimum"], answers.numbers["minimum"]])
  }

  @Test(arguments: instructionSets)
  func `of equal vectors the first is the nearest`(set: ck_instruction_set) throws {
    var problem = Problem(Shape(rows: 30, dimension: 20, vectors: 40))
    problem.repeatVectors(period: 7)
    let answers = problem.answers(try #require(ck_kernels_of(set)).pointee)
    #expect(answers.nearest.allSatisfy { $0 < 7 })
    #expect(answers.nearestBounded == [answers.nearest, answers.nearest])
  }

  @Test(arguments: instructionSets, [0, 1, 15, 16, 17, 100])
  func `places below a limit are listed in order`(set: ck_instruction_set, count: Int) throws {
    let kernels = try #require(ck_kernels_of(set)).pointee
    var stream = RandomStream(seed: UInt64(count))
    var values = (0..<count).map { _ in Float(stream.normal()) }
    let addends = (0..<count).map { _ in Float(stream.normal()) }
    if count > 16 { (values[3], values[16]) = (.nan, .infinity) }
    var places = [Int32](repeating: -1, count: count)
    for limit in [-Float.infinity, -0.5, 0, 0.5, .infinity] {
      let found = kernels.list_below(values, addends, count, limit, &places)
      let expected = (0..<count).filter { values[$0] + addends[$0] < limit }
      #expect(places[..<found].map(Int.init) == expected)
    }
  }

  @Test(
    .enabled("this processor has AVX2 alone or neither") { ck_kernels_of(ck_avx512) != nil },
    arguments: shapes)
  func `AVX2 and AVX-512 give the same bits`(shape: Shape) throws {
    let problem = Problem(shape)
    let narrow = problem.answers(try #require(ck_kernels_of(ck_avx2)).pointee)
    let wide = problem.answers(try #require(ck_kernels_of(ck_avx512)).pointee)
    for (name, values) in narrow.numbers where name != "narrow products" {
      #expect(values == wide.numbers[name], "\(name)")
    }
    #expect(narrow.nearest == wide.nearest)
  }
}

extension KernelTests {
  struct Shape {
    var rows, dimension, vectors: Int
  }

  struct Answers {
    var numbers: [String: [Float]] = [:]
    var nearest: [Int32] = []
    /// Without knowledge and with the bounds of the first call.
    var nearestBounded: [[Int32]] = []
    var minimumBounded: [[Float]?] = []
  }

  /// Numbers for every kernel.
  struct Problem {
    let shape: Shape
    let rows: [Float]
    private(set) var vectors: [Float]
    let bias, weights, before, means, pooled: [Float]

    init(_ shape: Shape) {
      var stream = RandomStream(seed: UInt64(shape.rows * 1_000_000 + shape.dimension * 1000 + shape.vectors))
      func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(stream.normal()) } }
      self.shape = shape
      rows = numbers(shape.rows * shape.dimension)
      vectors = numbers(shape.vectors * shape.dimension)
      bias = numbers(Problem.padded(shape.vectors))
      weights = numbers(shape.vectors * shape.rows)
      before = numbers(shape.vectors * shape.dimension)
      means = numbers(shape.rows)
      pooled = numbers(shape.vectors)
    }

    mutating func repeatVectors(period: Int) {
      for index in (period * shape.dimension)..<vectors.count {
        vectors[index] = vectors[index - period * shape.dimension]
      }
    }

    static func padded(_ vectors: Int) -> Int {
      (vectors + ck_panel_width - 1) / ck_panel_width * ck_panel_width
    }
    private var paddedVectors: Int { Problem.padded(shape.vectors) }

    private var panels: [Float] {
      var panels = [Float](repeating: 0, count: paddedVectors * shape.dimension)
      for vector in 0..<shape.vectors {
        let (panel, lane) = vector.quotientAndRemainder(dividingBy: ck_panel_width)
        for element in 0..<shape.dimension {
          panels[(panel * shape.dimension + element) * ck_panel_width + lane] =
            vectors[vector * shape.dimension + element]
        }
      }
      return panels
    }

    private func squares(padding: Float) -> [Float] {
      (0..<shape.vectors).map { Float(square(of: $0)) }
        + [Float](repeating: padding, count: paddedVectors - shape.vectors)
    }

    func answers(_ kernels: ck_kernels) -> Answers {
      let (count, dimension, padded) = (shape.rows, shape.dimension, paddedVectors)
      let panelCount = padded / ck_panel_width
      let (panels, squares) = (panels, squares(padding: .infinity))
      var answers = Answers()

      var affine = [Float](repeating: .nan, count: count * shape.vectors)
      kernels.affine(rows, count, dimension, panels, bias, shape.vectors, &affine, shape.vectors)
      answers.numbers["affine"] = affine

      answers.nearest = [Int32](repeating: -1, count: count)
      var minimum = [Float](repeating: .nan, count: count)
      kernels.nearest(rows, count, dimension, panels, squares, panelCount, &answers.nearest, &minimum)
      answers.numbers["minimum"] = minimum

      let largest = Float((0..<shape.vectors).map(square(of:)).max()!.squareRoot()).nextUp
      let moved = [Float](repeating: 0, count: panelCount)
      var bounds = [UInt16](repeating: 0, count: panelCount * ck_bounded_rows)
      var found = [Int32](repeating: Int32(shape.vectors - 1), count: count)
      for _ in 0..<2 {
        _ = kernels.nearest_bounded(
          rows, count, dimension, panels, squares, panelCount, vectors, largest, 1.0 / 256, moved, &bounds,
          &found, &minimum)
        answers.nearestBounded.append(found)
        answers.minimumBounded.append(minimum)
      }

      var distances = [Float](repeating: .nan, count: count * padded)
      var sums = [Float](repeating: .nan, count: count)
      kernels.distances(
        rows, count, dimension, panels, self.squares(padding: -.infinity), panelCount, &distances, padded,
        &sums)
      answers.numbers["distances"] = distances
      answers.numbers["sums"] = sums

      var pooled = pooled
      kernels.add_triangle(affine, count, shape.vectors, means, shape.vectors, &pooled)
      answers.numbers["triangle"] = pooled

      var normalised = rows
      kernels.normalise_contrast(&normalised, count, dimension, 10)
      answers.numbers["normalised"] = normalised

      var products = [Float](repeating: .nan, count: shape.vectors * count)
      kernels.narrow_products(vectors, shape.vectors, rows, count, dimension, &products, count)
      answers.numbers["narrow products"] = products

      var weighted = before
      kernels.narrow_sums(weights, count, shape.vectors, rows, count, dimension, 0, dimension, &weighted)
      answers.numbers["narrow sums"] = weighted
      return answers
    }
  }
}

/// The definitions in double precision.
extension KernelTests.Problem {
  private func row(_ index: Int) -> [Double] {
    rows[(index * shape.dimension)..<((index + 1) * shape.dimension)].map(Double.init)
  }
  private func vector(_ index: Int) -> [Double] {
    vectors[(index * shape.dimension)..<((index + 1) * shape.dimension)].map(Double.init)
  }
  private func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  private func square(of index: Int) -> Double { product(vector(index), vector(index)) }

  func exactScores() -> [[Double]] {
    (0..<shape.rows).map { row in
      (0..<shape.vectors).map { square(of: $0) - 2 * product(self.row(row), vector($0)) }
    }
  }

  func exactAnswers() -> [String: [Double]] {
    let (rowRange, vectorRange) = (0..<shape.rows, 0..<shape.vectors)
    let products = rowRange.map { row in vectorRange.map { product(self.row(row), vector($0)) } }
    let affine = products.map { zip($0, bias).map { $0 + Double($1) } }
    let distances = rowRange.map { row in
      let own = product(self.row(row), self.row(row))
      return vectorRange.map { max(0, own + square(of: $0) - 2 * products[row][$0]).squareRoot() }
        + [Double](repeating: 0, count: Self.padded(shape.vectors) - shape.vectors)
    }
    return [
      "affine": Array(affine.joined()),
      "minimum": exactScores().map { $0.min()! },
      "distances": Array(distances.joined()),
      "sums": distances.map { $0.reduce(0, +) },
      "triangle": vectorRange.map { vector in
        rowRange.reduce(Double(pooled[vector])) { $0 + max(0, Double(means[$1]) - affine[$1][vector]) }
      },
      "normalised": rowRange.flatMap { row in
        let values = self.row(row)
        let mean = values.reduce(0, +) / Double(values.count)
        let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let variance = values.count > 1 ? sum / Double(values.count - 1) : 0
        return values.map { ($0 - mean) / (variance + 10).squareRoot() }
      },
      "narrow products": vectorRange.flatMap { vector in rowRange.map { products[$0][vector] } },
      "narrow sums": vectorRange.flatMap { vector in
        (0..<shape.dimension).map { element in
          rowRange.reduce(Double(before[vector * shape.dimension + element])) {
            $0 + Double(weights[vector * shape.rows + $1]) * Double(rows[$1 * shape.dimension + element])
          }
        }
      },
    ]
  }
}
