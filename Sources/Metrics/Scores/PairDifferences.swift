import LinearAlgebra
import Randomness

/// Labelled points of the Higgins metric: feature vector z_diff, label = number of the held factor.
public struct PointSet: Sendable {
  /// One row for each point, one column for each code dimension.
  public let features: Matrix<Float>
  /// The position of the held factor among the scored ones.
  public let labels: [Int]

  public init(features: Matrix<Float>, labels: [Int]) {
    self.features = features
    self.labels = labels
  }

  public var count: Int { labels.count }
}

/// Draws z_diff, the mean over pairs of |z1 - z2| where both images share the value of one factor.
struct PairDifferences {
  let pool: CodePool
  let samplers: [HeldFactorSampler]
  let pairsPerPoint: Int

  init(_ pool: CodePool, factors: [Int], pairsPerPoint: Int) {
    self.pool = pool
    self.pairsPerPoint = pairsPerPoint
    samplers = factors.map { HeldFactorSampler(pool, factor: $0) }
  }

  /// `count` points; point i depends on the seed, the purpose and i alone.
  func points(_ count: Int, _ purpose: DrawStreams.Purpose, _ streams: DrawStreams) -> PointSet {
    var labels = [Int](repeating: 0, count: count)
    let columns = pool.dimensions
    let features = Matrix<Float>(rows: count, columns: columns) { features in
      labels.withUnsafeMutableBufferPointer { labels in
        // Each range of points writes its own rows and labels and no others.
        nonisolated(unsafe) let features = features
        nonisolated(unsafe) let labels = labels
        concurrently(count) { range in
          var pairs = [(Int32, Int32)](repeating: (0, 0), count: pairsPerPoint)
          var accumulator = Accumulator(pool.codes)
          for point in range {
            var stream = streams.stream(purpose, point)
            labels[point] = draw(&pairs, &stream)
            let row = UnsafeMutableBufferPointer(rebasing: features[point * columns..<(point + 1) * columns])
            accumulator.meanDifference(pairs, into: row)
          }
        }
      }
    }
    return PointSet(features: features, labels: labels)
  }

  /// Fills `pairs` with members that share a factor drawn for the whole point; returns which.
  @inline(__always)
  private func draw(_ pairs: inout [(Int32, Int32)], _ stream: inout RandomStream) -> Int {
    let label = stream.index(below: samplers.count)
    let sampler = samplers[label]
    for pair in pairs.indices {
      let first = sampler.first(&stream)
      pairs[pair] = (Int32(first), Int32(sampler.partner(of: first, &stream)))
    }
    return label
  }
}

/// Averages absolute differences of codes; one for each thread.
struct Accumulator {
  private let codes: CodePool.Codes
  private var counter: ColumnCounter?

  init(_ codes: CodePool.Codes) {
    self.codes = codes
    if case .binary(let packed) = codes { counter = ColumnCounter(packed) }
  }

  mutating func meanDifference(_ pairs: [(Int32, Int32)], into row: UnsafeMutableBufferPointer<Float>) {
    let scale = 1 / Float(pairs.count)
    switch codes {
    case .binary(let packed):
      counter?.count(pairs, of: packed, scale: scale, into: row)
    case .dense(let matrix):
      let columns = row.count
      matrix.withUnsafeElements { codes in
        row.update(repeating: 0)
        for (first, second) in pairs {
          let a = Int(first) * columns
          let b = Int(second) * columns
          for column in 0..<columns { row[column] += abs(codes[a + column] - codes[b + column]) }
        }
        for column in 0..<columns { row[column] *= scale }
      }
    }
  }
}
