/// Which steps of a plan have to run, given what the store holds.
///
/// A step is needed when it is a target, or when a needed step that is not cached reads it: artifacts behind a
/// cached one may have been pruned and are not missed.
public struct Agenda: Sendable {
  public enum Reason: Sendable, Equatable {
    case new
    case corrupt(String)
    /// An input has to be computed first.
    case input
  }
  /// Needed steps in plan order, with why they run; nil for cached ones.
  public private(set) var entries: [(step: Step, reason: Reason?)] = []

  public init(plan: Plan, store: Store) {
    var needed = Set(plan.targets.map(\.identity))
    var reasons: [String: Reason?] = [:]
    for step in plan.steps.reversed() where needed.contains(step.identity) {
      switch store.presence(step.identity) {
      case .cached: reasons.updateValue(nil, forKey: step.identity)
      case .absent: reasons[step.identity] = .some(.new)
      case .corrupt(let what): reasons[step.identity] = .some(.corrupt(what))
      }
      if reasons[step.identity] != .some(nil) { needed.formUnion(step.inputs.values) }
    }
    for step in plan.steps {
      guard let reason = reasons[step.identity] else { continue }
      entries.append((step, reason))
    }
  }

  public var toRun: [Step] { entries.filter { $0.reason != nil }.map(\.step) }
  public var cachedCount: Int { entries.count { $0.reason == nil } }
}
