import LinearAlgebra

/// Grows least-squares regression trees level by level over features that were sorted once.
///
/// Each level reads every feature once in ascending order, however many nodes it has: a sample knows its node, and
/// every node keeps the running sum of the samples that passed. All splits are seen, so the result is exact.
struct TreeGrower {
  private let features: Matrix<Float>
  private let maximumDepth: Int
  /// features x samples: the samples in ascending order of each feature, and their values.
  private let order: [Int32]
  private let sorted: [Float]
  /// 1 / n, so that no division stands in the inner loop.
  private let reciprocal: [Double]
  /// The open node of every sample in the level at work, -1 when its node is finished.
  private var slot: [Int32]
  /// The node of the last grown tree where every sample ended.
  private(set) var leaf: [Int32]

  /// Two values closer than this are one, as in scikit-learn.
  private static let featureGap: Float = 1e-7

  init(_ features: Matrix<Float>, maximumDepth: Int) {
    self.features = features
    self.maximumDepth = maximumDepth
    let samples = features.rows
    var order: [Int32] = []
    order.reserveCapacity(features.rows * features.columns)
    for column in 0..<features.columns {
      let values = (0..<samples).map { features[$0, column] }
      order += (0..<Int32(samples)).sorted {
        let (a, b) = (values[Int($0)], values[Int($1)])
        return a < b || (a == b && $0 < $1)
      }
    }
    sorted = order.indices.map { features[Int(order[$0]), $0 / samples] }
    self.order = order
    reciprocal = (0...samples).map { $0 == 0 ? 0 : 1 / Double($0) }
    slot = Array(repeating: 0, count: samples)
    leaf = slot
  }

  /// A node that may still be split, its statistics, and the best split so far.
  private struct Open {
    let node: Int32
    var count = 0
    var sum = 0.0
    var squares = 0.0
    // While a feature is read:
    var passed = 0
    var passedSum = 0.0
    var last = Float.infinity
    // The best split over the features read so far:
    var gain = -Double.infinity
    var feature: Int32 = -1
    var below: Float = 0
    var above: Float = 0
    // Its children in the next level, -1 when they are finished:
    var threshold = 0.0
    var (leftNode, rightNode): (Int32, Int32) = (0, 0)
    var (leftSlot, rightSlot): (Int32, Int32) = (-1, -1)

    init(node: Int32) { self.node = node }

    /// Whether the targets differ at all; a constant node is a leaf.
    var isPure: Bool {
      let mean = sum / Double(count)
      return squares / Double(count) - mean * mean <= Double.ulpOfOne
    }
  }

  /// Fits one tree to `targets`, leaf values left at zero, and adds each split's reduction of the squared error to
  /// its feature's element of `removedError`.
  mutating func grow(_ targets: [Double], removedError: inout [Double]) -> RegressionTree {
    var tree = RegressionTree()
    for index in slot.indices {
      slot[index] = 0
      leaf[index] = 0
    }
    var level = [Open(node: 0)]
    var depth = 0
    while !level.isEmpty {
      measure(&level, targets)
      for feature in 0..<features.columns { scan(feature, &level, targets) }
      depth += 1
      level = split(&level, &tree, open: depth < maximumDepth, &removedError)
    }
    return tree
  }

  private func measure(_ level: inout [Open], _ targets: [Double]) {
    for index in slot.indices where slot[index] >= 0 {
      let node = Int(slot[index])
      level[node].count += 1
      level[node].sum += targets[index]
      level[node].squares += targets[index] * targets[index]
    }
  }

  /// Reads one feature in ascending order and keeps each open node's best split on it.
  ///
  /// With n_l, n_r samples and sums S_l, S_r on the two sides, a split removes (n_r S_l - n_l S_r)² / (n_l n_r n) of
  /// the squared error; the common 1 / n is left out.
  private func scan(_ feature: Int, _ level: inout [Open], _ targets: [Double]) {
    let samples = features.rows
    level.withUnsafeMutableBufferPointer { level in
      for node in level.indices {
        level[node].passed = 0
        level[node].passedSum = 0
        level[node].last = .infinity
      }
      order.withUnsafeBufferPointer { order in
        sorted.withUnsafeBufferPointer { sorted in
          slot.withUnsafeBufferPointer { slot in
            targets.withUnsafeBufferPointer { targets in
              reciprocal.withUnsafeBufferPointer { reciprocal in
                for position in (feature * samples)..<((feature + 1) * samples) {
                  let index = Int(order[position])
                  guard slot[index] >= 0 else { continue }
                  let node = Int(slot[index])
                  let value = sorted[position]
                  if value > level[node].last + TreeGrower.featureGap {
                    let (count, passed) = (level[node].count, level[node].passed)
                    let difference =
                      Double(count) * level[node].passedSum - Double(passed) * level[node].sum
                    let gain = difference * difference * reciprocal[passed] * reciprocal[count - passed]
                    if gain > level[node].gain {
                      level[node].gain = gain
                      level[node].feature = Int32(feature)
                      level[node].below = level[node].last
                      level[node].above = value
                    }
                  }
                  level[node].passed += 1
                  level[node].passedSum += targets[index]
                  level[node].last = value
                }
              }
            }
          }
        }
      }
    }
  }

  /// Applies the best splits and answers the nodes of the next level.
  private mutating func split(
    _ level: inout [Open], _ tree: inout RegressionTree, open: Bool, _ removedError: inout [Double]
  ) -> [Open] {
    var next: [Open] = []
    for position in level.indices where level[position].feature >= 0 && !level[position].isPure {
      let feature = Int(level[position].feature)
      level[position].threshold = Double(level[position].below) / 2 + Double(level[position].above) / 2
      level[position].leftNode = Int32(tree.nodes.count)
      level[position].rightNode = Int32(tree.nodes.count + 1)
      tree.nodes += [RegressionTree.Node(), RegressionTree.Node()]
      let node = Int(level[position].node)
      tree.nodes[node].feature = Int32(feature)
      tree.nodes[node].threshold = level[position].threshold
      tree.nodes[node].left = level[position].leftNode
      tree.nodes[node].right = level[position].rightNode
      removedError[feature] += level[position].gain / Double(level[position].count)
      if open {
        level[position].leftSlot = Int32(next.count)
        level[position].rightSlot = Int32(next.count + 1)
        next += [Open(node: level[position].leftNode), Open(node: level[position].rightNode)]
      }
    }
    let columns = features.columns
    features.withUnsafeElements { x in
      level.withUnsafeBufferPointer { level in
        for index in slot.indices where slot[index] >= 0 {
          let node = level[Int(slot[index])]
          guard node.leftNode > 0 else {
            slot[index] = -1
            continue
          }
          let left = Double(x[index * columns + Int(node.feature)]) <= node.threshold
          leaf[index] = left ? node.leftNode : node.rightNode
          slot[index] = left ? node.leftSlot : node.rightSlot
        }
      }
    }
    return next
  }
}
