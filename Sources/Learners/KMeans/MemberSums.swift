import LinearAlgebra

/// For every centroid the sum of its members, the sum of their squares |x|^2, and their number.
///
/// In double precision, because members come and go for many iterations.
struct MemberSums {
  private let features: Int
  /// centroids x (features, |x|^2, 1).
  private var totals: [Double]

  init(centroids: Int, features: Int) {
    self.features = features
    totals = [Double](repeating: 0, count: centroids * (features + 2))
  }

  /// Where threads that serve different centroids add at the same time.
  struct Unsafe {
    fileprivate let totals: UnsafeMutableBufferPointer<Double>
    fileprivate let features: Int

    /// A `sign` of -1 takes the row away.
    func add(_ row: UnsafeBufferPointer<Float>, to centroid: Int, sign: Double) {
      let width = features + 2
      let total = UnsafeMutableBufferPointer(rebasing: totals[(centroid * width)..<((centroid + 1) * width)])
      var square = 0.0
      for index in 0..<features {
        let element = Double(row[index])
        total[index] += sign * element
        square += element * element
      }
      total[features] += sign * square
      total[features + 1] += sign
    }
  }

  mutating func withUnsafeMutableSums<R>(_ body: (Unsafe) throws -> R) rethrows -> R {
    try totals.withUnsafeMutableBufferPointer { try body(Unsafe(totals: $0, features: features)) }
  }

  /// The sum of squared distances of all members from their centroids: for each |x|^2 - 2<c, x> + |c|^2, summed.
  func inertia(about centroids: Matrix<Float>) -> Double {
    var sum = 0.0
    for k in 0..<centroids.rows {
      let total = totals[(k * (features + 2))..<((k + 1) * (features + 2))]
      var (square, product) = (0.0, 0.0)
      for (element, sum) in zip(centroids[row: k], total) {
        square += Double(element) * Double(element)
        product += Double(element) * sum
      }
      sum += total[total.endIndex - 2] - 2 * product + total[total.endIndex - 1] * square
    }
    return max(0, sum)
  }

  /// Of the norms of all members.
  var rootMeanSquare: Double {
    let width = features + 2
    let (square, count) = stride(from: 0, to: totals.count, by: width).reduce((0.0, 0.0)) {
      ($0.0 + totals[$1 + features], $0.1 + totals[$1 + features + 1])
    }
    return count > 0 ? max(0, square / count).squareRoot() : 0
  }

  /// Writes the mean of a centroid's members into its row; false where it has none, and then forgets what rounding has
  /// left of former ones.
  mutating func putMean(of centroid: Int, into centroids: inout Matrix<Float>) -> Bool {
    let first = centroid * (features + 2)
    let count = totals[first + features + 1]
    guard count > 0 else {
      for index in first..<(first + features + 2) { totals[index] = 0 }
      return false
    }
    for index in 0..<features { centroids[centroid, index] = Float(totals[first + index] / count) }
    return true
  }
}
