/// How much of the published protocol a run spends: every value of a manifest may differ between profiles.
public enum Profile: String, Sendable, Codable, CaseIterable {
  /// Minutes, for continuous integration.
  case quick
  /// A few hours on two cores, with real data and the full method.
  case desk
  /// The published protocol.
  case paper

  static let names = allCases.map(\.rawValue)
}
