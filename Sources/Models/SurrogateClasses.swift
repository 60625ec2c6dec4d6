import LinearAlgebra

/// Which surrogate class each seed patch belongs to.
public struct SurrogateClasses: Codable, Sendable, Hashable {
  /// For each seed patch its class in 0..<count.
  public let classes: [Int]
  public let count: Int

  /// Every seed patch in a class of its own.
  public init(each seeds: Int) {
    classes = Array(0..<seeds)
    count = seeds
  }

  /// Joins seed patches whose mean features a first network cannot tell apart: average linkage on cosine distances, and
  /// every group is a class. The published text keeps compact groups alone and does not say which these are.
  ///
  /// - Parameters:
  ///   - features: one row for each seed patch, such as `ExemplarCNN.meanActivations`.
  ///   - groups: where the merging stops.
  public init(clustering features: Matrix<Float>, groups: Int) {
    precondition((1...max(1, features.rows)).contains(groups), "\(features.rows) patches in \(groups) groups")
    classes = AverageLinkage(cosineDistances(features)).groups(groups)
    count = groups
  }
}

/// 1 - cosine of the angle between each two rows; a row of zeros is as far from all others as can be, short of opposite.
private func cosineDistances(_ features: Matrix<Float>) -> Matrix<Float> {
  var directions = features
  let columns = features.columns
  directions.withUnsafeMutableElements { elements in
    for row in 0..<features.rows {
      let range = (row * columns)..<((row + 1) * columns)
      let length = elements[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > 0 { for position in range { elements[position] /= length } }
    }
  }
  var distances = Matrix<Float>(rows: features.rows, columns: features.rows)
  distances.setToGram(directions)
  distances.withUnsafeMutableElements {
    for position in $0.indices { $0[position] = max(0, 1 - $0[position]) }
  }
  return distances
}
