import LinearAlgebra

/// Which surrogate class each seed patch belongs to.
public struct SurrogateClasses: Codable, Sendable, Hashable {
  /// For each seed patch its class in 0..<count, or nil where the patch is left out of training.
  public let classes: [Int?]
  public let count: Int

  /// Every seed patch in a class of its own.
  public init(each seeds: Int) {
    classes = Array(0..<seeds)
    count = seeds
  }

  /// Joins seed patches whose mean features a first network cannot tell apart.
  ///
  /// Average linkage on cosine distances groups the patches; groups of more than `largest` members are loose and are
  /// left out, and of the others the `kept` share with the smallest mean distance between members are the new classes.
  /// The published text names the method and not its sizes, so these are parameters.
  ///
  /// - Parameters:
  ///   - features: one row for each seed patch, such as `ExemplarCNN.meanActivations`.
  ///   - groups: where the merging stops.
  ///   - kept: a share in 0...1.
  public init(clustering features: Matrix<Float>, groups: Int, largest: Int = .max, kept: Double = 1) {
    precondition((1...max(1, features.rows)).contains(groups), "\(features.rows) patches in \(groups) groups")
    precondition((0...1).contains(kept), "a share of groups lies in 0...1, not \(kept)")
    let distances = cosineDistances(features)
    var members = [[Int]](repeating: [], count: groups)
    for (patch, group) in AverageLinkage(distances).groups(groups).enumerated() {
      members[group].append(patch)
    }
    let ranked = members.filter { $0.count <= largest }
      .map { (members: $0, spread: meanDistance(among: $0, distances)) }
      .sorted { ($0.spread, $0.members[0]) < ($1.spread, $1.members[0]) }
    let chosen = ranked.prefix(Int((kept * Double(ranked.count)).rounded(.up)))
      .map(\.members).sorted { $0[0] < $1[0] }
    var classes = [Int?](repeating: nil, count: features.rows)
    for (number, members) in chosen.enumerated() { for patch in members { classes[patch] = number } }
    self.classes = classes
    count = chosen.count
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

/// The mean over pairs of members; zero for one member.
private func meanDistance(among members: [Int], _ distances: Matrix<Float>) -> Double {
  guard members.count > 1 else { return 0 }
  var sum = 0.0
  for (position, first) in members.enumerated() {
    for second in members[(position + 1)...] { sum += Double(distances[first, second]) }
  }
  return sum / Double(members.count * (members.count - 1) / 2)
}
