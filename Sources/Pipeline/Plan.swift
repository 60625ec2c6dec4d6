import Files

/// Every step of one experiment, inputs before the steps that read them, shared prefixes merged.
public struct Plan: Sendable, Equatable {
  public private(set) var steps: [Step] = []
  /// What the collector gathers: which artifact answers which question of the table.
  public private(set) var targets: [Target] = []
  private var positions: [String: Int] = [:]
  /// For every step, the positions of the steps that read its artifact.
  private(set) var readers: [[Int]] = []

  public init() {}

  /// Adds a step, or finds the equal one that is there already, and returns its identity.
  @discardableResult
  public mutating func add(_ step: Step) -> String {
    if positions[step.identity] != nil { return step.identity }
    for (role, identity) in step.inputs {
      guard let input = positions[identity] else {
        preconditionFailure("the input '\(role)' of '\(step.label)' is not in the plan")
      }
      if readers[input].last != steps.count { readers[input].append(steps.count) }
    }
    positions[step.identity] = steps.count
    steps.append(step)
    readers.append([])
    return step.identity
  }

  public mutating func add(_ target: Target) {
    precondition(
      positions[target.identity] != nil, "the target '\(target.row)' names a step outside the plan")
    targets.append(target)
  }

  public func step(_ identity: String) -> Step? { positions[identity].map { steps[$0] } }

  /// Where a step stands in `steps`.
  func position(_ identity: String) -> Int? { positions[identity] }
}

/// An artifact that belongs into the table's results.
public struct Target: Sendable, Codable, Equatable {
  public enum Role: String, Sendable, Codable {
    /// The value of one column for one repeat.
    case score
    /// A trained model, whose curves are collected.
    case model
    /// A picture.
    case figure
    /// What a random search tried.
    case search
    /// A few images that a row has made.
    case examples
    /// A trained network by which all rows are measured. It stays with the record, so that rows of other machines are measured
    /// by the same one.
    case instrument
  }
  public let role: Role
  public let row: String
  /// The column of a score; the file name of a figure; what examples and an instrument are of.
  public let name: String
  public let repetition: Int
  public let identity: String

  public init(role: Role, row: String, name: String, repetition: Int, identity: String) {
    self.role = role
    self.row = row
    self.name = name
    self.repetition = repetition
    self.identity = identity
  }
}
