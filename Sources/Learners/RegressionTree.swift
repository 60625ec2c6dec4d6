/// A binary tree of axis-parallel splits with a value in every leaf.
struct RegressionTree: Sendable, Codable, Equatable {
  struct Node: Sendable, Codable, Equatable {
    /// The feature that is compared, or -1 in a leaf.
    var feature: Int32 = -1
    /// Samples at most this go to `left`.
    var threshold = 0.0
    var left: Int32 = 0
    var right: Int32 = 0
    var value = 0.0
  }

  /// The root first.
  var nodes = [Node()]

  @inline(__always)
  func value(of sample: UnsafeBufferPointer<Float>) -> Double {
    nodes.withUnsafeBufferPointer { nodes in
      var index = 0
      while nodes[index].feature >= 0 {
        let node = nodes[index]
        index = Int(Double(sample[Int(node.feature)]) <= node.threshold ? node.left : node.right)
      }
      return nodes[index].value
    }
  }
}
