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
    #expect(NumberText.claim(Claim(value: 66.55, spread: 0.1, spreadDecimals: 2)) == "66.55 ± 0.10")
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
    let wide = GnuplotScript.powerTicks([0.0001, 0.02, 1000])
    #expect(wide.texts == ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²", "10³"])
    #expect(
      wide.code.hasSuffix(
        "T[1] 0.0001, T[2] 0.001, T[3] 0.01, T[4] 0.1, T[5] 1.0, T[6] 10.0, T[7] 100.0, T[8] 1000.0"))
    let few = GnuplotScript.powerTicks([1e-12, 1e12])
    #expect(few.texts.count == 9)
    #expect(few.code == GnuplotScript.powerTicks([1e-12, 0, .infinity, 1e12]).code)
    #expect(GnuplotScript.powerTicks([0.001]).texts == ["10⁻³"])
    #expect(GnuplotScript.powerTicks([]).code.isEmpty)
    #expect(GnuplotScript.step(to: 4000, count: 5).rounded() == 1000)
    #expect(GnuplotScript.step(to: 600, count: 5).rounded() == 200)
  }
}
