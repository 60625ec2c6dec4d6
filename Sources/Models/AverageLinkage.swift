import LinearAlgebra

/// Agglomerative clustering: again and again the two groups with the smallest mean distance between their members are
/// joined. Found by chains of nearest neighbours, in time and memory that grow with the square of the items
/// (Murtagh 1983).
public struct AverageLinkage: Sendable {
  /// The groups that were joined, each named by one of its members, smallest distance first.
  public let merges: [(first: Int, second: Int, distance: Float)]
  private let count: Int

  /// - Parameter distances: symmetric, items x items. Joins overwrite them in place, so that there is one such matrix
  ///   where nobody else keeps them.
  public init(_ distances: consuming Matrix<Float>) {
    var distances = distances
    let count = distances.rows
    precondition(count == distances.columns, "distances between \(count) and \(distances.columns) items")
    self.count = count
    var sizes = [Float](repeating: 1, count: count)
    var active = Array(0..<count)
    var chain: [Int] = []
    var merges: [(first: Int, second: Int, distance: Float)] = []
    while active.count > 1 {
      if chain.isEmpty { chain.append(active[0]) }
      while true {
        let top = chain[chain.count - 1]
        let previous = chain.count > 1 ? chain[chain.count - 2] : nil
        // On a tie the previous group wins, or the chain would run in circles.
        var nearest = previous ?? (active[0] == top ? active[1] : active[0])
        var least = distances[top, nearest]
        for other in active where other != top && distances[top, other] < least {
          nearest = other
          least = distances[top, other]
        }
        guard nearest == previous else {
          chain.append(nearest)
          continue
        }
        chain.removeLast(2)
        merges.append((min(top, nearest), max(top, nearest), least))
        AverageLinkage.join(top, nearest, active, &distances, &sizes)
        active.removeAll { $0 == top }
        break
      }
    }
    // Chains find the joins out of order. Equal distances keep the order in which they were found.
    self.merges = merges.enumerated()
      .sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }.map(\.element)
  }

  /// `gone` becomes part of `kept`: the mean distance to any other group is that of the parts, weighted by their sizes.
  private static func join(
    _ gone: Int, _ kept: Int, _ active: [Int], _ distances: inout Matrix<Float>, _ sizes: inout [Float]
  ) {
    let (a, b) = (sizes[gone], sizes[kept])
    for other in active where other != gone && other != kept {
      let distance = (a * distances[gone, other] + b * distances[kept, other]) / (a + b)
      distances[kept, other] = distance
      distances[other, kept] = distance
    }
    sizes[kept] = a + b
  }

  /// The group of each item when so many groups are left, numbered by their first items.
  public func groups(_ wanted: Int) -> [Int] {
    precondition((1...max(1, count)).contains(wanted), "\(count) items in \(wanted) groups")
    var parents = Array(0..<count)
    func root(_ item: Int) -> Int {
      var item = item
      while parents[item] != item { item = parents[item] }
      return item
    }
    for merge in merges.prefix(count - wanted) {
      let (a, b) = (root(merge.first), root(merge.second))
      parents[max(a, b)] = min(a, b)
    }
    var numbers: [Int: Int] = [:]
    return (0..<count).map { item in
      let root = root(item)
      if let number = numbers[root] { return number }
      numbers[root] = numbers.count
      return numbers.count - 1
    }
  }
}
