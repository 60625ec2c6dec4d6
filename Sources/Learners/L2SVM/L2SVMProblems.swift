import LinearAlgebra

/// Several binary L2-SVM problems over the same samples and with the same C: one per class, and per fold of a cross
/// validation.
struct L2SVMProblems: SquaredHingeProblems {
  struct Problem {
    /// The class with y = 1.
    var positive: Int32
    /// Samples of this fold take no part; -1 for none.
    var heldOut: Int32
  }

  /// One per sample.
  let labels: [Int32]
  /// The fold of every sample; -1 for those that always take part.
  let folds: [Int32]
  let problems: [Problem]
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let C: Double

  var count: Int { problems.count }
  var samples: Int { labels.count }

  /// The label of a sample, 1 or -1, as one problem sees it.
  func sign(_ problem: Int, _ sample: Int) -> Double { labels[sample] == problems[problem].positive ? 1 : -1 }

  func selecting(_ chosen: [Int]) -> L2SVMProblems {
    L2SVMProblems(labels: labels, folds: folds, problems: chosen.map { problems[$0] }, C: C)
  }

  // swift-format-ignore: AlwaysUseLowerCamelCase
  func with(C: Double) -> L2SVMProblems {
    L2SVMProblems(labels: labels, folds: folds, problems: problems, C: C)
  }

  func differentiate<Element: BLASScalar>(
    _ problem: Int, _ range: Range<Int>, _ decisions: UnsafeMutablePointer<Element>,
    curvature: UnsafeMutablePointer<Float>
  ) -> Double {
    let (positive, heldOut) = (problems[problem].positive, problems[problem].heldOut)
    let (twice, curved) = (Element(2 * C), Float(2 * C))
    var squares = 0.0
    labels.withUnsafeBufferPointer { labels in
      folds.withUnsafeBufferPointer { folds in
        for (position, sample) in range.enumerated() {
          let y: Element = labels[sample] == positive ? 1 : -1
          let shortfall = 1 - y * decisions[position]
          let counts = shortfall > 0 && (heldOut < 0 || folds[sample] != heldOut)
          let violation: Element = counts ? shortfall : 0
          squares += Double(violation) * Double(violation)
          decisions[position] = -twice * y * violation
          curvature[position] = counts ? curved : 0
        }
      }
    }
    return C * squares
  }

  func derivatives<Slope: BLASScalar>(
    _ problem: Int, at t: Double, _ decisions: UnsafeBufferPointer<Double>,
    _ slopes: UnsafeBufferPointer<Slope>
  ) -> (first: Double, second: Double) {
    let (positive, heldOut) = (problems[problem].positive, problems[problem].heldOut)
    var (first, second) = (0.0, 0.0)
    labels.withUnsafeBufferPointer { labels in
      folds.withUnsafeBufferPointer { folds in
        for sample in labels.indices {
          let y = labels[sample] == positive ? 1.0 : -1
          let slope = Double(slopes[sample])
          let shortfall = 1 - y * (decisions[sample] + t * slope)
          let counts = shortfall > 0 && (heldOut < 0 || folds[sample] != heldOut)
          first -= counts ? y * shortfall * slope : 0
          second += counts ? slope * slope : 0
        }
      }
    }
    return (2 * C * first, 2 * C * second)
  }
}
