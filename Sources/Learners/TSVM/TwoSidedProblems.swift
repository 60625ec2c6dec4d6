import LinearAlgebra

/// Problems in which a sample may weigh on either side of the decision, or on both: the loss of a decision value f is
/// positive max(0, 1 - f)^2 + negative max(0, 1 + f)^2.
struct TwoSidedProblems: SquaredHingeProblems {
  /// The weight of every sample as a positive and as a negative one: problems x samples.
  var positive, negative: Matrix<Double>

  var count: Int { positive.rows }
  var samples: Int { positive.columns }

  func selecting(_ chosen: [Int]) -> TwoSidedProblems {
    TwoSidedProblems(positive: positive.selecting(rows: chosen), negative: negative.selecting(rows: chosen))
  }

  /// Calls `body` with the weights of one problem's samples.
  private func withWeights<R>(
    _ problem: Int, _ body: (UnsafePointer<Double>, UnsafePointer<Double>) -> R
  ) -> R {
    positive.withUnsafeElements { positive in
      negative.withUnsafeElements { negative in
        body(positive.baseAddress! + problem * samples, negative.baseAddress! + problem * samples)
      }
    }
  }

  func differentiate<Element: BLASScalar>(
    _ problem: Int, _ range: Range<Int>, _ decisions: UnsafeMutablePointer<Element>,
    curvature: UnsafeMutablePointer<Float>
  ) -> Double {
    withWeights(problem) { positive, negative in
      var loss = 0.0
      for (position, sample) in range.enumerated() {
        let (up, down) = (positive[sample], negative[sample])
        let decision = Double(decisions[position])
        let (above, below) = (max(0, 1 - decision), max(0, 1 + decision))
        loss += up * above * above + down * below * below
        decisions[position] = Element(2 * (down * below - up * above))
        curvature[position] = Float(2 * ((above > 0 ? up : 0) + (below > 0 ? down : 0)))
      }
      return loss
    }
  }

  func derivatives<Slope: BLASScalar>(
    _ problem: Int, at t: Double, _ decisions: UnsafeBufferPointer<Double>,
    _ slopes: UnsafeBufferPointer<Slope>
  ) -> (first: Double, second: Double) {
    withWeights(problem) { positive, negative in
      var (first, second) = (0.0, 0.0)
      for sample in decisions.indices {
        let (up, down) = (positive[sample], negative[sample])
        let slope = Double(slopes[sample])
        let decision = decisions[sample] + t * slope
        let (above, below) = (max(0, 1 - decision), max(0, 1 + decision))
        first += slope * (down * below - up * above)
        second += slope * slope * ((above > 0 ? up : 0) + (below > 0 ? down : 0))
      }
      return (2 * first, 2 * second)
    }
  }
}
