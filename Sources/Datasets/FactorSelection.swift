/// A smaller grid inside a larger one: some of the values of every factor.
public struct FactorSelection: Sendable, Hashable {
  public let base: FactorGrid
  /// The kept values of every factor, in the order in which the smaller grid numbers them.
  public let kept: [[Int]]
  /// The smaller grid.
  public let grid: FactorGrid

  /// Keeps the named factors' values and all values of the factors that are not named.
  ///
  /// Throws `DatasetError.invalidSelection` for an unknown factor and for values that are missing, repeated or
  /// outside the factor's range.
  public init(_ base: FactorGrid, keeping values: [String: [Int]] = [:]) throws {
    for name in values.keys.sorted() where !base.names.contains(name) {
      throw DatasetError.invalidSelection(
        reason: "there is no factor \"\(name)\"; the factors are \(base.names.joined(separator: ", "))")
    }
    var kept: [[Int]] = []
    for (name, size) in zip(base.names, base.sizes) {
      let chosen = values[name] ?? Array(0..<size)
      guard !chosen.isEmpty, chosen.allSatisfy((0..<size).contains), Set(chosen).count == chosen.count else {
        throw DatasetError.invalidSelection(
          reason: "factor \"\(name)\" needs distinct values in 0..<\(size), at least one; given \(chosen)")
      }
      kept.append(chosen)
    }
    self.base = base
    self.kept = kept
    grid = FactorGrid(names: base.names, sizes: kept.map(\.count))
  }

  /// Every value of every factor.
  public init(all base: FactorGrid) {
    self.base = base
    kept = base.sizes.map { Array(0..<$0) }
    grid = base
  }
}
