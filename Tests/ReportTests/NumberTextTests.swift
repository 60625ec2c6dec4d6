import Manifest
import Metrics
import Testing

@testable import Report

@Suite struct NumberTextTests {
  @Test func fixedDigits() {
    #expect(NumberText.fixed(84.949, 1) == "84.9")
    #expect(NumberText.fixed(-2.5, 2) == "−2.50")
    #expect(NumberText.fixed(-0.001, 2) == "0.00")
    #expect(NumberText.fixed(.nan, 2) == "not a number")
    #expect(NumberText.signed(0.004, 2) == "0.00")
    #expect(NumberText.signed(3, 0) == "+3")
    #expect(NumberText.signed(-3, 0) == "−3")
  }

  @Test func pValues() {
    #expect(NumberText.p(0.0004) == "p < 0.001")
    #expect(NumberText.p(0.125) == "p = 0.125")
    #expect(NumberText.p(0.9999) == "p > 0.999")
  }

  @Test func claimsKeepTheDigitsOfThePaper() {
    #expect(NumberText.claim(Claim(value: 42.03, spread: 10.6)) == "42.03 ± 10.6")
    #expect(NumberText.claim(Claim(value: 0.4, decimals: 2)) == "0.40")
    #expect(NumberText.claim(Claim(value: 100)) == "100")
  }

  @Test func oneValueHasNoSpread() {
    #expect(NumberText.summary(SampleSummary(count: 1, mean: 2, standardDeviation: 0), 1) == "2.0")
    #expect(NumberText.summary(SampleSummary(count: 2, mean: 2, standardDeviation: 0), 1) == "2.0 ± 0.0")
  }

  @Test func axesHaveRoundTicks() {
    #expect(GnuplotScript.decadeTicks(from: 30, through: 700).map { $0.rounded() } == [50, 100, 200, 500])
    #expect(GnuplotScript.decadeTicks(from: 0, through: 10).isEmpty)
    #expect(
      GnuplotScript.powerTicks([0.0001, 0.02, 1000])
        == #""10⁻⁴" 1e-4, "10⁻³" 1e-3, "10⁻²" 1e-2, "10⁻¹" 1e-1, "10⁰" 1e0, "10¹" 1e1, "10²" 1e2, "10³" 1e3"#)
    #expect(
      GnuplotScript.powerTicks([1e-12, 1e12]) == GnuplotScript.powerTicks([1e-12, 0, .infinity, 1e12]))
    #expect(GnuplotScript.powerTicks([0.001]) == #""10⁻³" 1e-3"#)
    #expect(GnuplotScript.powerTicks([]).isEmpty)
    #expect(GnuplotScript.step(to: 4000, count: 5).rounded() == 1000)
    #expect(GnuplotScript.step(to: 600, count: 5).rounded() == 200)
  }
}
