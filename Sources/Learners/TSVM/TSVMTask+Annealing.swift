import Foundation

extension TSVMTask {
  /// The temperature begins with so many lambda', and falls by this factor.
  private static let (firstTemperature, cooling) = (10.0, 1.5)
  private static let (mostTemperatures, mostRounds) = (30, 100)
  /// Of the mean divergence of two rounds at one temperature, and of the mean entropy.
  private static let threshold = 1e-6

  /// Cools down at one lambda'.
  ///
  /// Rounds at a temperature end early rather than late: the probabilities only lead to signs, and those are settled.
  ///
  /// - Throws: ``LearnerError``; what `progress` throws.
  func anneal(at strength: Double, _ progress: (Double) throws -> Void) throws -> State {
    var state = try supervised()
    let space = try space(strength: strength)
    var probabilities = present.indices.map { machine in
      [Double](
        repeating: Double(positives[machine]) / Double(unlabelled.count), count: unlabelled.count)
    }
    var temperature = Self.firstTemperature
    for step in 0..<Self.mostTemperatures {
      var open = Array(present.indices)
      for _ in 0..<Self.mostRounds where !open.isEmpty {
        try optimise(&state, open, strength: strength, in: space) { probabilities[$0][$1] }
        open = open.filter { machine in
          let next = Self.probabilities(
            state.decisions[machine], positives: positives[machine], temperature: temperature)
          defer { probabilities[machine] = next }
          return Self.divergence(next, probabilities[machine]) > Self.threshold
        }
      }
      try progress(Double(step + 1) / Double(Self.mostTemperatures))
      if probabilities.allSatisfy({ Self.entropy($0) < Self.threshold }) { break }
      temperature /= Self.cooling
    }
    state.signs = present.indices.map { highest(positives[$0], of: state.decisions[$0]) }
    try settle(&state, strength: strength, in: space)
    return state
  }

  /// Where the expected loss less the entropy has its minimum: p = 1 / (1 + exp((h - level) / temperature)) with
  /// h = max(0, 1 - f)^2 - max(0, 1 + f)^2, and the level at which the p sum to `positives`.
  static func probabilities(_ decisions: [Double], positives: Int, temperature: Double) -> [Double] {
    guard positives > 0, positives < decisions.count else {
      return [Double](repeating: positives > 0 ? 1 : 0, count: decisions.count)
    }
    let costs = decisions.map { f in
      let (above, below) = (max(0, 1 - f), max(0, 1 + f))
      return (above * above - below * below) / temperature
    }
    func value(_ cost: Double, _ level: Double) -> Double { 1 / (1 + exp(cost - level)) }
    // At the ends every p is below, or above, the wanted mean; Newton's steps are kept between them.
    let odds = log(Double(positives) / Double(decisions.count - positives))
    var (low, high) = ((costs.min() ?? 0) + odds, (costs.max() ?? 0) + odds)
    var level = (low + high) / 2
    for _ in 0..<200 {
      var (sum, slope) = (0.0, 0.0)
      for cost in costs {
        let p = value(cost, level)
        sum += p
        slope += p * (1 - p)
      }
      let excess = sum - Double(positives)
      if abs(excess) <= 1e-9 * Double(decisions.count) || !(low < high) { break }
      if excess < 0 { low = level } else { high = level }
      let next = level - excess / slope
      level = next > low && next < high ? next : (low + high) / 2
    }
    return costs.map { value($0, level) }
  }

  /// The mean over samples of p log(p / q) + (1 - p) log((1 - p) / (1 - q)).
  private static func divergence(_ p: [Double], _ q: [Double]) -> Double {
    func term(_ p: Double, _ q: Double) -> Double { p > 0 ? p * log(p / max(q, 1e-300)) : 0 }
    return zip(p, q).reduce(0) { $0 + term($1.0, $1.1) + term(1 - $1.0, 1 - $1.1) } / Double(p.count)
  }

  private static func entropy(_ p: [Double]) -> Double {
    func term(_ p: Double) -> Double { p > 0 ? -p * log(p) : 0 }
    return p.reduce(0) { $0 + term($1) + term(1 - $1) } / Double(p.count)
  }
}
