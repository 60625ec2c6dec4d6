import Datasets
import LinearAlgebra

/// Codes of a pool of images whose factors are known. Metric points are drawn from the pool.
///
/// The pool may hold every image of the grid or a random subset. A draw takes its first image uniformly from the
/// pool and an image that shares a factor value uniformly from the members with that value. On the full grid this
/// is the published procedure (factors independent and uniform, one value copied); on a subset it approaches it.
public struct CodePool: Sendable {
  public enum Codes: Sendable {
    /// One row of `columns` numbers for each member.
    case dense(Matrix<Float>)
    /// One row of packed bits for each member.
    case binary(PackedBits)
  }

  public let grid: FactorGrid
  /// The image of the grid that each member shows.
  public let indices: [Int]
  public let codes: Codes
  /// Whether member i shows image i, for all images: draws then need no tables.
  let isFullGrid: Bool

  /// A pool whose member i shows image `indices[i]` and has the i-th code.
  ///
  /// Throws when there are no members, counts differ, an index is outside the grid, or a code is not finite.
  public init(grid: FactorGrid, indices: [Int], codes: Codes) throws(MetricsError) {
    self.grid = grid
    self.indices = indices
    self.codes = codes
    guard !indices.isEmpty else { throw .poolMismatch("it has no members") }
    let rows =
      switch codes {
      case .dense(let matrix): matrix.rows
      case .binary(let packed): packed.count
      }
    guard rows == indices.count else {
      throw .poolMismatch("there are \(rows) codes for \(indices.count) images")
    }
    let images = grid.count
    if let outside = indices.first(where: { !(0..<images).contains($0) }) {
      throw .poolMismatch("image \(outside) is outside the grid of \(images)")
    }
    guard rows <= Int(Int32.max) else { throw .poolMismatch("\(rows) members are more than 2^31 - 1") }
    isFullGrid = indices.count == images && indices.indices.allSatisfy { indices[$0] == $0 }
    if case .dense(let matrix) = codes {
      guard matrix.columns > 0 else { throw .poolMismatch("a code has no dimensions") }
      if let bad = matrix.firstNonFinite() {
        throw .nonFiniteCode(row: bad.row, dimension: bad.column)
      }
    }
  }

  /// A pool of every image of the grid, in order.
  public init(grid: FactorGrid, codes: Codes) throws(MetricsError) {
    try self.init(grid: grid, indices: Array(0..<grid.count), codes: codes)
  }

  public var count: Int { indices.count }

  /// Numbers in a code: columns, or bits.
  public var dimensions: Int {
    switch codes {
    case .dense(let matrix): matrix.columns
    case .binary(let packed): packed.bits
    }
  }

  /// The value of factor number `factor` that each member shows.
  public func values(ofFactor factor: Int) -> [Int] {
    let digit = FactorDigit(grid, factor)
    return indices.map { digit.value(of: $0) }
  }

  /// The codes of some members as numbers, in the given order; bits become 0 and 1.
  public func codes(of members: [Int]) -> Matrix<Float> {
    switch codes {
    case .dense(let matrix): matrix.selecting(rows: members)
    case .binary(let packed):
      Matrix(rows: members.count, columns: packed.bits) { buffer in
        for (row, member) in members.enumerated() {
          for bit in 0..<packed.bits { buffer[row * packed.bits + bit] = packed[member, bit] ? 1 : 0 }
        }
      }
    }
  }

  /// The numbers of the named factors in the grid; all that vary within the pool when `names` is nil.
  ///
  /// Throws for an unknown name and for a factor with a single value in the pool.
  func scoredFactors(_ names: [String]?) throws(MetricsError) -> [Int] {
    guard let names else { return grid.names.indices.filter { varies($0) } }
    var factors: [Int] = []
    for name in names {
      guard let factor = grid.names.firstIndex(of: name) else {
        throw .unknownFactor(name, known: grid.names)
      }
      guard varies(factor) else { throw .constantFactor(name) }
      factors.append(factor)
    }
    return factors
  }

  private func varies(_ factor: Int) -> Bool {
    let digit = FactorDigit(grid, factor)
    let first = digit.value(of: indices[0])
    return indices.contains { digit.value(of: $0) != first }
  }
}

/// One digit of an image number in the mixed-radix system of the grid.
struct FactorDigit: Sendable {
  let stride: Int
  let size: Int

  init(_ grid: FactorGrid, _ factor: Int) {
    size = grid.sizes[factor]
    stride = grid.sizes[(factor + 1)...].reduce(1, *)
  }

  @inline(__always) func value(of image: Int) -> Int { image / stride % size }
}
