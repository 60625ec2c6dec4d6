import LinearAlgebra

/// Finds the nearest samples of a block of queries without a whole row of distances ever being in memory.
///
/// |b|^2 - 2 a b orders the samples b as their distances from a query a do, and its products are at the rate of a matrix
/// product; but in single precision it cancels for close points. So each query keeps a list that is longer than asked
/// for, the distances of its members are computed anew from the differences and in double precision, and the list is
/// enough where the rounding of what it left out cannot reach the last of the nearest. Where it could, a second pass
/// lists whatever could.
struct NeighbourScan<Source: RowSource>: Sendable {
  typealias Neighbour = KNN<Source>.Neighbour

  /// A matrix product copies its operands before it multiplies them, which many rows make up for.
  static var queriesPerBlock: Int { 1024 }
  private static var samplesPerBlock: Int { 512 }
  /// Candidates beyond those asked for.
  private static var spare: Int { 4 }

  private let features: Source
  private let count: Int
  /// |b|^2 of every sample, and the largest |b|.
  private let squares: [Float]
  private let largest: Double

  /// - Parameters:
  ///   - norms: the squared norm of every sample.
  ///   - count: how many neighbours are wanted.
  init(_ features: Source, norms: [Double], count: Int) {
    self.features = features
    self.count = count
    squares = norms.map { Float($0) }
    largest = (norms.max() ?? 0).squareRoot()
  }

  /// The nearest samples of every query, nearest first, the earlier one of two at the same distance.
  ///
  /// - Throws: whatever reading the samples throws.
  func nearest(_ queries: UnsafeBufferPointer<Float>, rows: Int) throws -> [[Neighbour]] {
    let width = features.columns
    func query(_ row: Int) -> UnsafeBufferPointer<Float> {
      UnsafeBufferPointer(rebasing: queries[(row * width)..<((row + 1) * width)])
    }
    var lists = [Candidates](
      repeating: Candidates(capacity: min(features.rows, count + Self.spare)), count: rows)
    try scan(queries, &lists)
    var result = try lists.enumerated().map { try ordered($1.samples, of: query($0)) }

    var open: [Int] = []
    var wider: [Candidates] = []
    for row in 0..<rows where lists[row].samples.count < features.rows {
      let own = squaredNorm(query(row))
      let noise = rounding(queryNorm: own.squareRoot())
      guard largest * (largest + 2 * own.squareRoot()) < Double(Float.greatestFiniteMagnitude) / 2 else {
        result[row] = try ordered(Array(0..<features.rows), of: query(row))
        continue
      }
      // The last of the nearest in the terms of the lists.
      let last = result[row][count - 1].squaredDistance - own
      guard !(last + noise < Double(lists[row].limit)) else { continue }
      open.append(row)
      wider.append(Candidates(below: Float(last + noise).nextUp))
    }
    guard !open.isEmpty else { return result }
    let left = Matrix(rows: open.count, columns: width, elements: open.flatMap { Array(query($0)) })
    try left.withUnsafeElements { try scan($0, &wider) }
    for (position, row) in open.enumerated() {
      result[row] = try ordered(wider[position].samples, of: query(row))
    }
    return result
  }

  /// What |b|^2 - 2 a b is off by at most, for any sample: a sum of n products is off by at most n units of rounding of
  /// the product of the norms (Higham 2002, section 3.1).
  private func rounding(queryNorm: Double) -> Double {
    let unit = Double(Float.ulpOfOne) / 2
    return 1.01 * unit * largest * (2 * Double(features.columns + 8) * queryNorm + 2 * largest)
  }

  /// Offers every sample to the list of every query.
  private func scan(_ queries: UnsafeBufferPointer<Float>, _ lists: inout [Candidates]) throws {
    let (rows, width, height) = (lists.count, features.columns, Self.samplesPerBlock)
    var products = Matrix<Float>(rows: rows, columns: min(height, features.rows))
    var places = [Int32](repeating: 0, count: height)
    for first in stride(from: 0, to: features.rows, by: height) {
      let range = first..<min(first + height, features.rows)
      try features.withRows(range) { samples in
        products.withUnsafeMutableElements { products in
          BLAS.onCallingThread {
            BLAS.product(
              .asStored, .transposed, rows: rows, columns: range.count, inner: width, alpha: -2, queries,
              strideA: width, samples, strideB: width, beta: 0, products)
          }
          squares.withUnsafeBufferPointer { squares in
            let squares = squares.baseAddress! + first
            for row in 0..<rows {
              let values = products.baseAddress! + row * range.count
              let found = kernels.list_below(values, squares, range.count, lists[row].limit, &places)
              for place in places[..<found] {
                lists[row].offer(first + Int(place), values[Int(place)] + squares[Int(place)])
              }
            }
          }
        }
      }
    }
  }

  /// The nearest of some samples, by distances in double precision.
  private func ordered(_ samples: [Int], of query: UnsafeBufferPointer<Float>) throws -> [Neighbour] {
    let exact = try samples.map { sample in
      Neighbour(
        sample: sample,
        squaredDistance: try features.withRows(sample..<(sample + 1)) { squaredDistance(query, $0) })
    }
    let ordered = exact.sorted {
      $0.squaredDistance != $1.squaredDistance
        ? $0.squaredDistance < $1.squaredDistance : $0.sample < $1.sample
    }
    return Array(ordered.prefix(count))
  }
}

/// The samples that a query has to look at again.
private struct Candidates {
  /// How many with the smallest values are kept; nil keeps all below ``limit``.
  private let capacity: Int?
  /// In no order without a capacity, else ascending by value.
  private(set) var samples: [Int] = []
  private var values: [Float] = []
  /// What is not below is of no interest.
  private(set) var limit: Float

  /// The smallest values seen; of equal ones the earlier offer is kept.
  init(capacity: Int) {
    self.capacity = capacity
    limit = .infinity
  }

  /// Whatever is below a limit.
  init(below limit: Float) {
    capacity = nil
    self.limit = limit
  }

  mutating func offer(_ sample: Int, _ value: Float) {
    guard let capacity else { return samples.append(sample) }
    guard value < limit else { return }
    if samples.count == capacity {
      samples.removeLast()
      values.removeLast()
    }
    var place = values.count
    while place > 0, values[place - 1] > value { place -= 1 }
    samples.insert(sample, at: place)
    values.insert(value, at: place)
    if samples.count == capacity { limit = values[capacity - 1] }
  }
}

/// |x|^2 in double precision.
func squaredNorm(_ x: UnsafeBufferPointer<Float>) -> Double {
  sumOfSquares(x.count, { x.loadVector(at: $0) }, { Double(x[$0]) })
}

/// |x - y|^2 in double precision.
func squaredDistance(_ x: UnsafeBufferPointer<Float>, _ y: UnsafeBufferPointer<Float>) -> Double {
  sumOfSquares(
    min(x.count, y.count), { x.loadVector(at: $0) - y.loadVector(at: $0) }, { Double(x[$0]) - Double(y[$0]) })
}

/// Eight sums side by side, so that the processor need not wait for one addition to end before it begins the next.
@inline(__always)
private func sumOfSquares(_ count: Int, _ vector: (Int) -> SIMD8<Double>, _ element: (Int) -> Double)
  -> Double
{
  var sums = SIMD8<Double>.zero
  var index = 0
  while index + 8 <= count {
    let part = vector(index)
    sums += part * part
    index += 8
  }
  var sum = sums.sum()
  while index < count {
    sum += element(index) * element(index)
    index += 1
  }
  return sum
}

extension UnsafeBufferPointer<Float> {
  @inline(__always)
  fileprivate func loadVector(at index: Int) -> SIMD8<Double> {
    SIMD8<Double>(UnsafeRawPointer(baseAddress! + index).loadUnaligned(as: SIMD8<Float>.self))
  }
}
