import Datasets
import LinearAlgebra
import Randomness
import Testing

@testable import Metrics

@Suite("Pools and draws")
struct PoolTests {
  static let grid = FactorGrid(names: ["shape", "scale", "x"], sizes: [2, 3, 4])

  static func identity(_ indices: [Int]? = nil) throws -> CodePool {
    let indices = indices ?? Array(0..<grid.count)
    return try CodePool(
      grid: grid, indices: indices,
      codes: .dense(Matrix(indices.map { grid.values(of: $0).map { Double($0) } })))
  }

  @Test func factorValues() throws {
    let pool = try Self.identity([5, 0, 23])
    #expect(pool.values(ofFactor: 0) == [0, 0, 1])
    #expect(pool.values(ofFactor: 1) == [1, 0, 2])
    #expect(pool.values(ofFactor: 2) == [1, 0, 3])
    #expect(pool.codes(of: [2, 0]).elements == [1, 2, 3, 0, 1, 1])
  }

  @Test func bitsAsNumbers() throws {
    let bits = try PackedBits((0..<24).map { image in (0..<5).map { image >> $0 & 1 == 1 } })
    let pool = try CodePool(grid: Self.grid, codes: .binary(bits))
    #expect(pool.dimensions == 5)
    #expect(pool.codes(of: [19, 1]).elements == [1, 1, 0, 0, 1, 1, 0, 0, 0, 0])
  }

  /// On the full grid and on the same images in another order the partner is uniform over the images that share the
  /// held value: the counts of 24,000 draws stay within five standard errors.
  @Test(arguments: [0, 1, 2], [true, false])
  func partnersAreUniform(factor: Int, ordered: Bool) throws {
    var stream = RandomStream(seed: 12)
    let pool = try Self.identity(ordered ? nil : stream.permutation(24))
    #expect(pool.isFullGrid == ordered)
    let sampler = HeldFactorSampler(pool, factor: factor)
    let values = pool.values(ofFactor: factor)
    var counts = [Int](repeating: 0, count: 24)
    let draws = 24_000
    for _ in 0..<draws {
      let partner = sampler.partner(of: 7, &stream)
      #expect(values[partner] == values[7])
      counts[partner] += 1
    }
    let sharing = values.count { $0 == values[7] }
    let mean = Double(draws) / Double(sharing)
    for member in 0..<24 where values[member] == values[7] {
      #expect(abs(Double(counts[member]) - mean) < 5 * mean.squareRoot(), "member \(member)")
    }
  }

  @Test func subsetsDrawWithinThemselves() throws {
    let pool = try Self.identity([1, 2, 9, 14])
    let sampler = HeldFactorSampler(pool, factor: 2)
    var stream = RandomStream(seed: 1)
    // Values of x: 1, 2, 1, 2.
    for _ in 0..<50 { #expect([1, 3].contains(sampler.partner(of: 3, &stream))) }
  }

  @Test func samplesCountPresentValuesOnly() throws {
    // Scales 0 and 2 of three, both shapes, x 0 and 3.
    let pool = try Self.identity([0, 3, 8, 11, 12, 15, 20, 23])
    let factors = try pool.scoredFactors(nil)
    let sample = try FactorSample(pool, factors: factors, count: 200, .train, seed: 4)
    #expect(sample.factors == ["shape", "scale", "x"])
    #expect(sample.classes == [2, 2, 2])
    for row in 0..<200 {
      #expect(Int(sample.codes[row, 1]) == sample.labels[1][row] * 2)
      #expect(Int(sample.codes[row, 2]) == sample.labels[2][row] * 3)
    }
  }

  @Test func constantFactorsAreNotScored() throws {
    let pool = try Self.identity(Array(12..<24))
    #expect(try pool.scoredFactors(nil) == [1, 2])
    #expect(throws: MetricsError.constantFactor("shape")) { try pool.scoredFactors(["shape", "x"]) }
    #expect(throws: MetricsError.unknownFactor("size", known: ["shape", "scale", "x"])) {
      try pool.scoredFactors(["size"])
    }
  }

  @Test func refusesWhatDoesNotFit() {
    let codes = Matrix<Float>(rows: 2, columns: 1)
    func pool(_ indices: [Int], _ codes: Matrix<Float>) throws -> CodePool {
      try CodePool(grid: Self.grid, indices: indices, codes: .dense(codes))
    }
    #expect(throws: MetricsError.poolMismatch("there are 2 codes for 3 images")) {
      try pool([0, 1, 2], codes)
    }
    #expect(throws: MetricsError.poolMismatch("image 24 is outside the grid of 24")) {
      try pool([0, 24], codes)
    }
    #expect(throws: MetricsError.poolMismatch("it has no members")) {
      try pool([], Matrix(rows: 0, columns: 1))
    }
    #expect(throws: MetricsError.poolMismatch("a code has no dimensions")) {
      try pool([0], Matrix(rows: 1, columns: 0))
    }
    #expect(throws: MetricsError.nonFiniteCode(row: 1, dimension: 0)) {
      try pool([0, 1], Matrix(rows: 2, columns: 1, elements: [0, .nan]))
    }
    #expect(throws: MetricsError.poolMismatch("3 words do not hold 2 rows of 65 bits")) {
      try PackedBits(count: 2, bits: 65, words: [0, 0, 0])
    }
  }
}
