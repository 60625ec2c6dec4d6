/// Why a metric or a statistical test could not be computed.
public enum MetricsError: Error, Equatable, Sendable {
  /// A pool whose indices, codes and grid do not fit together.
  case poolMismatch(String)
  /// Codes that hold NaN or infinity: `row` of the pool, `dimension` of the code.
  case nonFiniteCode(row: Int, dimension: Int)
  /// A factor name that the grid does not have.
  case unknownFactor(String, known: [String])
  /// A factor that takes one value only in the pool, so nothing can be learnt about it.
  case constantFactor(String)
  /// A metric that compares factors was given too few of them.
  case tooFewFactors(metric: String, needed: Int, given: Int)
  /// An option outside its range.
  case invalidOption(name: String, value: String, requirement: String)
  /// A statistic over fewer observations than it is defined for.
  case tooFewObservations(statistic: String, needed: Int, given: Int)
  /// Two samples that must be paired have different lengths.
  case unpaired(statistic: String, first: Int, second: Int)
}

extension MetricsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .poolMismatch(let reason):
      "cannot make a pool of codes: \(reason)"
    case .nonFiniteCode(let row, let dimension):
      "cannot score the codes: dimension \(dimension) of pool member \(row) is not a finite number; "
        + "the model has most likely diverged, look at its training loss"
    case .unknownFactor(let name, let known):
      "cannot score factor '\(name)': the data set has \(known.joined(separator: ", "))"
    case .constantFactor(let name):
      "cannot score factor '\(name)': it takes a single value in the pool; leave it out of the scored factors"
    case .tooFewFactors(let metric, let needed, let given):
      "cannot compute \(metric) on \(given) factor\(given == 1 ? "" : "s"): it compares at least \(needed)"
    case .invalidOption(let name, let value, let requirement):
      "cannot use \(name) = \(value): \(requirement)"
    case .tooFewObservations(let statistic, let needed, let given):
      "cannot compute \(statistic) from \(given) observation\(given == 1 ? "" : "s"): it needs at least \(needed)"
    case .unpaired(let statistic, let first, let second):
      "cannot compute \(statistic): it compares pairs, but one sample has \(first) members and the other \(second)"
    }
  }
}

/// Throws unless an option meets its requirement; keeps the checks of an options struct one line each.
func require(
  _ condition: Bool, _ name: String, _ value: some CustomStringConvertible, _ requirement: String
) throws(MetricsError) {
  guard condition else {
    throw .invalidOption(name: name, value: value.description, requirement: requirement)
  }
}
