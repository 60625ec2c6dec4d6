/// A quantile near one of a known number of values, exact, in the memory of the values above it.
struct UpperQuantile {
  private let quantile: Double
  private let count: Int
  private let capacity: Int
  /// Unordered; after `trim` the largest values seen.
  private var largest: [Float] = []
  /// Values below cannot be among the largest.
  private var floor = -Float.infinity

  init(_ quantile: Double, of count: Int) {
    precondition(count > 0 && (0...1).contains(quantile), "the quantile \(quantile) of \(count) values")
    self.quantile = quantile
    self.count = count
    // Both neighbours of the place between which MATLAB's `prctile` interpolates.
    capacity = min(count, Int((Double(count) * (1 - quantile)).rounded(.up)) + 2)
  }

  mutating func add(_ values: some Sequence<Float>) {
    for value in values where value > floor || largest.count < capacity {
      largest.append(value)
      if largest.count >= 2 * capacity + 1024 { trim() }
    }
  }

  private mutating func trim() {
    largest.sort(by: >)
    largest.removeLast(max(0, largest.count - capacity))
    if largest.count == capacity { floor = largest[capacity - 1] }
  }

  /// The value at place quantile * count + 1/2 in ascending order, counted from 1, between its two neighbours.
  mutating func value() -> Float {
    trim()
    let fromTop = min(max(Double(count) * (1 - quantile) - 0.5, 0), Double(largest.count - 1))
    let above = Int(fromTop)
    guard above + 1 < largest.count else { return largest[above] }
    return largest[above] + Float(fromTop - Double(above)) * (largest[above + 1] - largest[above])
  }
}
