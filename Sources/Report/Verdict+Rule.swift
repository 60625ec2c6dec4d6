import Manifest
import Metrics
import Results

extension Verdict {
  /// Judges a claim; see `docs/verdicts.md`.
  public init(claim: Claim, measurement: Measurement?, column: Column, reservations: [String]) {
    self.reservations = reservations
    guard let measurement else {
      outcome = .notMeasured
      evidence = nil
      return
    }
    let evidence = Evidence(claim: claim, measurement: measurement, describes: column.better == nil)
    self.evidence = evidence
    outcome = Self.outcome(evidence, better: column.better)
  }

  private static func outcome(_ evidence: Evidence, better: Direction?) -> Outcome {
    let margin = evidence.margin.total
    func beyond() -> Outcome {
      switch better {
      case .higher where evidence.gap > 0: .better
      case .lower where evidence.gap < 0: .better
      default: .differs
      }
    }
    if evidence.test == .exact {
      return abs(evidence.gap) <= evidence.margin.rounding ? .reproduced : beyond()
    }
    guard let pOutside = evidence.pOutside, let pInside = evidence.pInside, let pFar = evidence.pFar else {
      return .inconclusive(repeats: nil)
    }
    if pOutside < level { return .reproduced }
    if pFar < level { return .close }
    if pInside < level { return beyond() }
    return .inconclusive(repeats: evidence.repeatsToSettle(margin: margin))
  }
}

extension Verdict.Evidence {
  init(claim: Claim, measurement: Measurement, describes: Bool) {
    measured = measurement.tested
    unit = measurement.unit
    // Draws of labels and seeds are not the same units as test items: a spread over them has no place in that test.
    published = unit == .items ? nil : SampleSummary(claim)
    gap = measured.mean - claim.value
    margin = Verdict.Margin(claim, spreadIsSampled: published != nil)
    // A column that only describes, such as a number of units, has digits to compare and no distribution.
    let isExact = describes && measured.standardDeviation == 0
    let (published, margin) = (published, margin.total)
    func equivalence(_ margins: Double) -> EquivalenceTest? {
      try? Self.equivalence(measurement, claim, published, margin: margins * margin)
    }
    guard !isExact, measured.count > 1, let inner = equivalence(1),
      let outer = equivalence(Verdict.closeFactor)
    else {
      test = isExact ? .exact : .none
      interval = nil
      degreesOfFreedom = nil
      pOutside = nil
      pInside = nil
      pFar = nil
      return
    }
    test =
      measurement.share != nil ? .share : unit == .items ? .items : published == nil ? .oneSample : .welch
    pOutside = inner.pValue
    pFar = outer.pValue
    pInside = inner.inside
    degreesOfFreedom = inner.degreesOfFreedom
    let scale = measurement.share == nil ? 1 : measurement.scale
    interval = Interval(lower: scale * inner.interval.lower, upper: scale * inner.interval.upper)
  }

  private static func equivalence(
    _ measurement: Measurement, _ claim: Claim, _ published: SampleSummary?, margin: Double
  ) throws -> EquivalenceTest {
    if let share = measurement.share {
      return try EquivalenceTest(
        successes: share.successes, trials: share.trials, expected: claim.value / measurement.scale,
        margin: margin / measurement.scale)
    }
    if let published { return try EquivalenceTest(measurement.tested, published, margin: margin) }
    return try EquivalenceTest(measurement.tested, expected: claim.value, margin: margin)
  }

  /// The smallest number of repeats whose interval would lie on one side of a border, if the gap and the spread stay; nil
  /// where no number would do.
  ///
  /// Two borders can settle a gap: the outer one of `close` from inside, and the margin from outside. The farther one
  /// is reached first. The published runs cannot be repeated: what their standard error takes of the way to a border, no
  /// repeat of ours gives back.
  func repeatsToSettle(margin: Double) -> Int? {
    // The test set cannot grow, and what more seeds would do one run does not show.
    guard unit != .items else { return nil }
    let room = max(Verdict.closeFactor * margin - abs(gap), abs(gap) - margin)
    let taken = published.map {
      StudentT.quantile(1 - Verdict.level, degreesOfFreedom: Double($0.count - 1)) * $0.standardError
    }
    let left = room.squared - (taken ?? 0).squared
    guard left > 0 else { return nil }
    let count = SampleSize.toSettle(
      standardDeviation: measured.standardDeviation, margin: left.squareRoot(),
      confidence: 1 - 2 * Verdict.level, limit: 10_000)
    return count.flatMap { $0 > measured.count ? $0 : nil }
  }
}

extension SampleSummary {
  /// A claim as a sample, where the paper says what its spread is and over how many runs.
  init?(_ claim: Claim) {
    guard let spread = claim.spread, let count = claim.count, count > 1 else { return nil }
    let root = Double(count).squareRoot()
    switch claim.spreadKind {
    case .sd:
      self.init(count: count, mean: claim.value, standardDeviation: spread)
    case .standardError:
      self.init(count: count, mean: claim.value, standardDeviation: spread * root)
    case .interval95:
      let t = StudentT.quantile(0.975, degreesOfFreedom: Double(count - 1))
      self.init(count: count, mean: claim.value, standardDeviation: spread * root / t)
    case .range95:
      self.init(count: count, mean: claim.value, standardDeviation: spread / 1.96)
    case .unstated: return nil
    }
  }
}

extension Verdict.Margin {
  init(_ claim: Claim, spreadIsSampled: Bool) {
    rounding = claim.roundingUnit / 2
    spread = spreadIsSampled ? 0 : claim.spread ?? 0
    relative = Verdict.relativeMargin * abs(claim.value)
  }
}

extension Claim {
  /// One unit of the last printed digit.
  var roundingUnit: Double { (0..<max(0, decimals)).reduce(1.0) { unit, _ in unit / 10 } }
}

extension Double {
  var squared: Double { self * self }
}
