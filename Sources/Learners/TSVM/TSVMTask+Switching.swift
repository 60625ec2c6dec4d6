import Foundation

extension TSVMTask {
  /// What lambda' begins with, and what it grows by.
  private static let (firstStrength, growth) = (1e-5, 1.5)
  /// So many rounds of exchanges at one lambda' end in an error; each lowers the objective, and some tens are many.
  private static let mostRounds = 1000

  /// Lets lambda' grow to `target`, settling at every step of the way.
  ///
  /// - Throws: ``LearnerError``; what `progress` throws.
  func ramp(to target: Double, _ progress: (Double) throws -> Void) throws -> State {
    var state = try supervised()
    var strength = Self.firstStrength
    let total = 1 + (log(max(1, target / strength)) / log(Self.growth)).rounded(.up)
    var done = 0.0
    while strength < target {
      try settle(&state, strength: strength, in: space(strength: strength))
      strength *= Self.growth
      done += 1
      try progress(done / total)
    }
    try settle(&state, strength: target, in: space(strength: target))
    try progress(1)
    return state
  }

  /// Optimises weights and exchanges signs in turn until no exchange lowers the objective.
  ///
  /// - Parameter space: that of `strength`.
  func settle(_ state: inout State, strength: Double, in space: L2SVMWeightSpace) throws {
    var open = Array(present.indices)
    var rounds = 0
    while true {
      let signs = state.signs
      try optimise(&state, open, strength: strength, in: space) { signs[$0][$1] ? 1 : 0 }
      open = open.filter { machine in
        let count = Self.exchange(&state.signs[machine], by: state.decisions[machine])
        state.exchanges[machine] += count
        return count > 0
      }
      guard !open.isEmpty else { return }
      rounds += 1
      guard rounds < Self.mostRounds else {
        throw LearnerError.notConverged(
          learner: TSVM.learner, part: "the signs of class \(present[open[0]]) at lambda' = \(strength)",
          iterations: rounds, reached: state.endings[open[0]].gap / state.endings[open[0]].objective,
          tolerance: options.tolerance)
      }
    }
  }

  /// Exchanges the signs of pairs for as long as that lowers the loss, and answers how many.
  ///
  /// max(0, 1 - f)^2 - max(0, 1 + f)^2 falls as f grows, so a pair is worth exchanging when its negative one has the
  /// larger decision value.
  static func exchange(_ signs: inout [Bool], by decisions: [Double]) -> Int {
    let up = signs.indices.filter { signs[$0] }.sorted { (decisions[$0], $0) < (decisions[$1], $1) }
    let down = signs.indices.filter { !signs[$0] }.sorted { (-decisions[$0], $0) < (-decisions[$1], $1) }
    var count = 0
    while count < min(up.count, down.count), decisions[up[count]] < decisions[down[count]] {
      signs[up[count]] = false
      signs[down[count]] = true
      count += 1
    }
    return count
  }
}
