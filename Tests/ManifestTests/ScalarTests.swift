import Testing

@testable import Manifest

/// YAML 1.2.2, section 10.3.2 (core schema), and where YAML 1.1 differs.
@Suite struct ScalarTests {
  @Test(arguments: ["", "~", "null", "Null", "NULL"])
  func null(text: String) { #expect(Scalar(plain: text).value == .null) }

  @Test(arguments: [
    ("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false), ("FALSE", false),
  ])
  func bool(text: String, expected: Bool) { #expect(Scalar(plain: text).value == .bool(expected)) }

  @Test(arguments: [
    ("0", 0), ("12", 12), ("-7", -7), ("+7", 7), ("012", 12), ("-012", -12), ("0o7", 7), ("0o17", 15),
    ("0x1F", 31),
    ("0xff", 255), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
  ])
  func int(text: String, expected: Int) { #expect(Scalar(plain: text).value == .int(expected)) }

  @Test(arguments: ["9223372036854775808", "0xFFFFFFFFFFFFFFFFFF", "0o7777777777777777777777777"])
  func oversized(text: String) { #expect(Scalar(plain: text).value == .oversized) }

  @Test(arguments: [
    ("1.0e-4", 1.0e-4), ("1e3", 1000), ("1E+3", 1000), (".5", 0.5), ("-.5", -0.5), ("5.", 5), ("+5.e1", 50),
    ("0.40", 0.4),
    (".5e1", 5), ("012.5", 12.5), (".inf", .infinity), ("-.INF", -.infinity), ("+.Inf", .infinity),
    ("1e999", .infinity),
  ])
  func number(text: String, expected: Double) { #expect(Scalar(plain: text).value == .number(expected)) }

  @Test(arguments: [".nan", ".NaN", ".NAN"])
  func notANumber(text: String) {
    guard case .number(let number) = Scalar(plain: text).value else {
      Issue.record("`\(text)` is no number")
      return
    }
    #expect(number.isNaN)
  }

  @Test(arguments: [
    // Truth values, base 60, underscores and binary of YAML 1.1.
    "no", "No", "off", "on", "yes", "y", "n", "12:30:45", "1_000", "0b101", "0o", "0o8", "0x", "0xg", "-0x1",
    "-0o7",
    "nULL", "tRUE", ".", "-", "+", "e5", "1e", "1e+", "1.2.3", "--1", "+-1", "inf", "nan", "-.nan",
    "Infinity", "0x1p3",
    "1 2", "１２", "2017-04-24",
  ])
  func text(text: String) { #expect(Scalar(plain: text).value == .text) }

  @Test func quotedIsText() { #expect(Scalar(quoted: "12").value == .text) }
}
