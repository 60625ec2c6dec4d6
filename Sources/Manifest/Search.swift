import Files
import Foundation

/// A random search (Bergstra and Bengio 2012): which parameters of a row's representation or classifier are drawn anew for
/// every trial, how many trials there are, and when the hopeless ones end.
public struct Search: Sendable, Codable, Equatable {
  public var trials: Int
  /// The row that states the search. Values are drawn under its name, so rows that inherit a search try the same values
  /// and are compared trial by trial.
  public var stream: String
  public var axes: [Axis]
  /// Where trials are stopped, in the order of training (successive halving, Jamieson and Talwalkar 2016); empty where
  /// every trial is trained to its end.
  public var stops: [Stop]
  /// How a trial is validated: every field that the searched kind declares for it.
  public var validation: [String: JSON]
  /// Whose parameters are drawn; nil means the representation's.
  private var searched: Part?

  public enum Part: String, Sendable, Codable {
    case representation, classifier
  }

  public var part: Part { searched ?? .representation }

  /// One parameter that is searched over.
  public struct Axis: Sendable, Codable, Equatable {
    /// Names joined by points, below the part that is searched.
    public var path: String
    public var distribution: Distribution

    public init(path: String, distribution: Distribution) {
      self.path = path
      self.distribution = distribution
    }
  }

  public enum Distribution: Sendable, Codable, Equatable {
    case uniform(Double, Double)
    case logUniform(Double, Double)
    /// Whole numbers, both bounds among them.
    case uniformInteger(Int, Int)
    /// Whole numbers, each as likely as the logarithmic interval around it is long.
    case logUniformInteger(Int, Int)
    case oneOf([JSON])
  }

  /// After this share of their training only the better part of the trials goes on.
  public struct Stop: Sendable, Codable, Equatable {
    /// Share of the updates, between 0 and 1.
    public var after: Double
    /// Share of the trials still running that go on, between 0 and 1.
    public var keep: Double

    public init(after: Double, keep: Double) {
      self.after = after
      self.keep = keep
    }
  }

  public init(
    trials: Int, stream: String, axes: [Axis], stops: [Stop] = [], validation: [String: JSON] = [:],
    part: Part = .representation
  ) {
    searched = part == .representation ? nil : part
    self.trials = trials
    self.stream = stream
    self.axes = axes
    self.stops = stops
    self.validation = validation
  }
}

extension Search {
  /// The shares of training at which trials are validated; the last one is 1.
  public var shares: [Double] { stops.map(\.after) + [1] }

  /// How many trials reach each of `shares`: a part of a trial counts as a whole one, and one always goes on.
  public var counts: [Int] {
    stops.reduce(into: [trials]) { counts, stop in
      // Less a little, so that a tenth of thirty is three in binary too.
      counts.append(max(1, Int((stop.keep * Double(counts[counts.count - 1]) - 1e-9).rounded(.up))))
    }
  }
}

extension Search.Distribution {
  /// The value at a share of the probability, in 0..<1.
  ///
  /// Drawn numbers have four significant digits: the printed value is the value, and the last bits of a machine's
  /// logarithm do not decide what is trained.
  public func value(at share: Double) -> JSON {
    precondition((0..<1).contains(share), "a share of the probability lies in 0..<1, not at \(share)")
    switch self {
    case .uniform(let lower, let upper):
      return Self.short(lower + share * (upper - lower), from: lower, to: upper)
    case .logUniform(let lower, let upper):
      return Self.short(exp(log(lower) + share * (log(upper) - log(lower))), from: lower, to: upper)
    case .uniformInteger(let lower, let upper):
      return .int(min(upper, lower + Int(share * (Double(upper) - Double(lower) + 1))))
    case .logUniformInteger(let lower, let upper):
      let value = exp(log(Double(lower)) + share * (log(Double(upper)) - log(Double(lower)))).rounded()
      return .int(min(upper, max(lower, Int(value))))
    case .oneOf(let values):
      return values[min(values.count - 1, Int(share * Double(values.count)))]
    }
  }

  private static func short(_ value: Double, from lower: Double, to upper: Double) -> JSON {
    let rounded = Double(String(format: "%.4g", value)) ?? value
    return JSON.number(min(upper, max(lower, rounded))).settled
  }
}

extension Configured {
  /// The same kind with other values at these paths.
  public func replacing(_ values: [String: JSON]) -> Configured {
    var changed = JSON.object(parameters)
    for (path, value) in values {
      changed = changed.replacing(path.split(separator: ".").map(String.init)[...], with: value)
    }
    return Configured(kind: kind, parameters: changed.object ?? parameters)
  }
}

extension JSON {
  fileprivate func replacing(_ path: ArraySlice<String>, with value: JSON) -> JSON {
    guard let name = path.first else { return value }
    var members = object ?? [:]
    members[name] = (members[name] ?? [:]).replacing(path.dropFirst(), with: value)
    return .object(members)
  }
}
