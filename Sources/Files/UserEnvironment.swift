import Foundation

/// The variables of the environment that are Retable's own, `RETABLE_…`: read here and nowhere else, so that none is
/// taken for something else than it says. An empty one counts as not set.
public struct UserEnvironment: Sendable {
  private let values: [String: String]

  public init(_ values: [String: String] = ProcessInfo.processInfo.environment) {
    self.values = values
  }

  /// Where official data sets lie, and where artifacts do; nil where it is not said.
  public var dataFolder: String? { self["RETABLE_DATA"] }
  public var storeFolder: String? { self["RETABLE_STORE"] }

  /// How long a training goes on between two checkpoints.
  public func checkpointInterval() throws(EnvironmentError) -> Duration {
    let name = "RETABLE_CHECKPOINT_SECONDS"
    guard let text = self[name] else { return .seconds(60) }
    guard let seconds = Int(text), (0...86_400).contains(seconds) else {
      throw EnvironmentError(name, "a whole number of seconds from 0 to 86400", text)
    }
    return .seconds(seconds)
  }

  /// Where a process is to die; nil where none is.
  func fault() throws(EnvironmentError) -> FaultPoint.Order? {
    let name = "RETABLE_FAULT"
    guard let text = self[name] else { return nil }
    guard let order = FaultPoint.Order(text) else {
      let points = FaultPoint.allCases.map(\.rawValue).joined(separator: ", ")
      throw EnvironmentError(
        name,
        "PROCESS:PLACE:N, such as worker:rename:3, with one of \(points) or any as its place, and N above 0",
        text)
    }
    return order
  }

  /// Throws the first variable that says nothing, before anything is done on the strength of it.
  public func check() throws(EnvironmentError) {
    _ = try checkpointInterval()
    _ = try fault()
  }

  private subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
}

/// A variable of the environment that does not say what it should.
public struct EnvironmentError: Error, Hashable, Sendable, CustomStringConvertible {
  public let name: String
  public let description: String

  init(_ name: String, _ expected: String, _ found: String) {
    self.name = name
    description = "\(name) must be \(expected), but is '\(found)'. Set it so, or leave it out."
  }
}
