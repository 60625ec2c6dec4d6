/// Which steps of a plan have to run, given what the store holds.
///
/// A step is needed when it is a goal, or when a needed step that is not cached reads it: artifacts behind a
/// cached one may have been pruned and are not missed.
public struct Agenda: Sendable {
  public enum Reason: Sendable, Equatable {
    case new
    case corrupt(String)
  }
  /// Needed steps in plan order, with why they run; nil for cached ones.
  public private(set) var entries: [(step: Step, reason: Reason?)] = []
  private var positions: [Int] = []

  /// What the targets of the plan need.
  public init(plan: Plan, store: Store) {
    self.init(plan: plan, store: store, goals: plan.targets.map(\.identity))
  }

  init(plan: Plan, store: Store, goals: [String]) {
    var needed = Array(repeating: false, count: plan.steps.count)
    for goal in goals { if let position = plan.position(goal) { needed[position] = true } }
    for position in plan.steps.indices.reversed() where needed[position] {
      let step = plan.steps[position]
      let reason: Reason? =
        switch store.presence(step.identity) {
        case .cached: nil
        case .absent: .new
        case .corrupt(let what): .corrupt(what)
        }
      entries.append((step, reason))
      positions.append(position)
      guard reason != nil else { continue }
      for input in step.inputs.values { if let position = plan.position(input) { needed[position] = true } }
    }
    entries.reverse()
    positions.reverse()
  }

  public var toRun: [Step] { entries.filter { $0.reason != nil }.map(\.step) }
  public var cachedCount: Int { entries.count { $0.reason == nil } }

  var positionsToRun: [Int] { zip(positions, entries).filter { $1.reason != nil }.map(\.0) }
  var positionsCached: [Int] { zip(positions, entries).filter { $1.reason == nil }.map(\.0) }
}
