import Testing

@testable import Metrics

private struct Distributions: Decodable {
  var logGamma, incompleteBeta, normalCDF, normalQuantile, studentCDF, studentQuantile, binomial: [[Double]]
}

@Suite("Distributions against SciPy")
struct DistributionTests {
  private let tables: Distributions

  init() throws {
    tables = try Reference.load(Distributions.self, "statistics.json")
  }

  @Test func logGamma() {
    for row in tables.logGamma {
      #expect(abs(SpecialFunctions.logGamma(row[0]) - row[1]) <= 1e-15 * max(1, abs(row[1])), "x = \(row[0])")
    }
  }

  @Test func incompleteBeta() {
    for row in tables.incompleteBeta {
      let value = SpecialFunctions.incompleteBeta(row[0], row[1], row[2])
      // The exponential of a logarithm in the thousands loses as many digits.
      let tolerance = 1e-14 * max(10, row[1] + row[2])
      #expect(
        relativeError(value, row[3]) < tolerance || abs(value - row[3]) < 1e-300, "I(\(row)) = \(value)")
    }
  }

  @Test func incompleteBetaEnds() {
    #expect(SpecialFunctions.incompleteBeta(0, 2, 3) == 0)
    #expect(SpecialFunctions.incompleteBeta(1, 2, 3) == 1)
  }

  @Test func normal() {
    for row in tables.normalCDF {
      // A relative error of x is multiplied by x squared in the far tail.
      let tolerance = 1e-15 * max(4, row[0] * row[0])
      #expect(relativeError(Normal.cdf(row[0]), row[1]) < tolerance, "x = \(row[0])")
    }
    for row in tables.normalQuantile {
      #expect(relativeError(Normal.quantile(row[0]), row[1]) < 1e-13, "p = \(row[0])")
    }
    #expect(Normal.quantile(0) == -.infinity)
    #expect(Normal.quantile(1) == .infinity)
    #expect(Normal.quantile(1.5).isNaN)
  }

  @Test func studentCDF() {
    for row in tables.studentCDF {
      let value = StudentT.cdf(row[0], degreesOfFreedom: row[1])
      #expect(relativeError(value, row[2]) < 1e-12, "t = \(row[0]), df = \(row[1]): \(value)")
    }
  }

  @Test func studentQuantile() {
    for row in tables.studentQuantile {
      let value = StudentT.quantile(row[0], degreesOfFreedom: row[1])
      #expect(relativeError(value, row[2]) < 1e-12, "p = \(row[0]), df = \(row[1]): \(value), not \(row[2])")
    }
  }

  @Test func studentEnds() {
    #expect(StudentT.quantile(0, degreesOfFreedom: 3) == -.infinity)
    #expect(StudentT.quantile(1, degreesOfFreedom: 3) == .infinity)
    #expect(StudentT.quantile(0.3, degreesOfFreedom: 0).isNaN)
    #expect(StudentT.quantile(0.975, degreesOfFreedom: .infinity) == Normal.quantile(0.975))
    #expect(StudentT.cdf(.infinity, degreesOfFreedom: 3) == 1)
    #expect(StudentT.twoSided(0, degreesOfFreedom: 3) == 1)
  }

  @Test func binomial() {
    for row in tables.binomial {
      let (successes, trials) = (Int(row[0]), Int(row[1]))
      // So many successes or more are the remaining failures or fewer.
      let more = Binomial.cdf(trials - successes, trials: trials, probability: 1 - row[2])
      let fewer = Binomial.cdf(successes, trials: trials, probability: row[2])
      #expect(relativeError(more, row[3]) < 1e-9, "\(row): \(more)")
      #expect(relativeError(fewer, row[4]) < 1e-9, "\(row): \(fewer)")
    }
  }

  @Test func binomialEnds() {
    #expect(Binomial.cdf(-1, trials: 5, probability: 0.5) == 0)
    #expect(Binomial.cdf(5, trials: 5, probability: 0.5) == 1)
  }
}
