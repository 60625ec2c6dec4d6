import Results

extension FitOutput {
  /// What is to be said of a classifier that has learned something of its training items and answers for others no better than
  /// by chance; nil where that is not so. It shows nothing by itself: noise is learned by heart too, where there is enough.
  public var chanceWarning: String? {
    guard case .answers(let answers) = outcomes, !answers.actual.isEmpty, !answers.predicted.isEmpty,
      let training = details["train-accuracy"]
    else { return nil }
    let runs = Double(answers.predicted.count)
    let accuracy = OutcomeStatistic.accuracy.values(outcomes).reduce(0, +) / runs
    let chance = answers.predicted.map(answers.agreementByChance).reduce(0, +) / runs
    // What answers that have nothing to do with the items hardly ever exceed.
    let most = chance + 3 * (chance * (1 - chance) / Double(answers.actual.count)).squareRoot()
    guard accuracy <= most, training >= 2 * chance, training > accuracy + 0.1 else { return nil }
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
    return
      "\(percent(training)) of the training items are answered rightly and \(percent(accuracy)) of the others, no more "
      + "than by chance: if the rows of the features are in another order than the images, that is what comes of it"
  }
}

extension Answers {
  /// The share of items that are answered rightly where as many items of each class and as many answers of each are put
  /// together at random: what Cohen's kappa is counted from.
  fileprivate func agreementByChance(_ predicted: [UInt8]) -> Double {
    func shares(_ labels: [UInt8]) -> [UInt8: Double] {
      labels.reduce(into: [:]) { $0[$1, default: 0] += 1 / Double(labels.count) }
    }
    let answered = shares(predicted)
    return shares(actual).reduce(0) { $0 + $1.value * (answered[$1.key] ?? 0) }
  }
}
