import Randomness

/// Draws pool members that share the value of one factor.
struct HeldFactorSampler: Sendable {
  private let digit: FactorDigit
  private let count: Int
  /// Nil on the full grid, where copying a factor value is arithmetic on image numbers.
  private let groups: Groups?

  /// The members of a pool, sorted by the factor's value.
  fileprivate struct Groups: Sendable {
    let values: [Int32]
    /// Members with value v are `members[starts[v]..<starts[v + 1]]`.
    let starts: [Int]
    let members: [Int32]
  }

  init(_ pool: CodePool, factor: Int) {
    digit = FactorDigit(pool.grid, factor)
    count = pool.count
    groups = pool.isFullGrid ? nil : Groups(pool.values(ofFactor: factor), size: digit.size)
  }

  /// A member drawn uniformly from the pool.
  @inline(__always)
  func first(_ stream: inout RandomStream) -> Int { stream.index(below: count) }

  /// A member drawn uniformly from those that share the held factor's value with `member` (itself included).
  @inline(__always)
  func partner(of member: Int, _ stream: inout RandomStream) -> Int {
    guard let groups else {
      let other = stream.index(below: count)
      return other + (digit.value(of: member) - digit.value(of: other)) * digit.stride
    }
    let value = Int(groups.values[member])
    let start = groups.starts[value]
    return Int(groups.members[start + stream.index(below: groups.starts[value + 1] - start)])
  }
}

extension HeldFactorSampler.Groups {
  /// Sorts members by counting.
  init(_ values: [Int], size: Int) {
    var starts = [Int](repeating: 0, count: size + 1)
    for value in values { starts[value + 1] += 1 }
    for value in 0..<size { starts[value + 1] += starts[value] }
    var next = starts
    var members = [Int32](repeating: 0, count: values.count)
    for (member, value) in values.enumerated() {
      members[next[value]] = Int32(member)
      next[value] += 1
    }
    self.values = values.map { Int32($0) }
    self.starts = starts
    self.members = members
  }
}
