import Files
import Testing

@Suite struct JSONTests {
  static let texts: [(JSON, String)] = [
    (JSON.null, "null"), (true, "true"), (12, "12"), (0.5, "0.5"), (.number(3), "3"), (1e20, "1e+20"),
    (.number(.nan), "\"nan\""), (.number(-.infinity), "\"-inf\""),
    ("a\"b\\\n\u{1}é", "\"a\\\"b\\\\\\n\\u0001é\""),
    ([1, [2]], "[1,[2]]"), (["b": 1, "a": ["d": .null, "c": []]], "{\"a\":{\"c\":[],\"d\":null},\"b\":1}"),
  ]

  @Test(arguments: texts)
  func canonicalText(_ value: JSON, _ text: String) throws {
    #expect(value.canonical == text)
    // What is written reads back to the same text; not-a-number stays the string it became.
    #expect(try JSON(parsing: Array(text.utf8)).canonical == text)
  }

  @Test func numbersReadBackExactly() throws {
    for value in [
      0.1, 1.0 / 3, .leastNonzeroMagnitude, 1.7976931348623157e308, -123456789.125, 1e15,
      123_456_789_012_345_680,
    ] {
      #expect(try JSON(parsing: Array(JSON.number(value).canonical.utf8)).double == value)
    }
  }

  /// Whole numbers are integers however they are written, also those that no `Double` has.
  @Test func integersAreRead() throws {
    let texts: [(String, JSON)] = [
      ("9007199254740993", .int(9_007_199_254_740_993)), ("-9007199254740993", .int(-9_007_199_254_740_993)),
      ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
      ("4294967295", .int(4_294_967_295)),
      ("9223372036854775808", .number(0x1p63)), ("1.0", .int(1)), ("1e3", .int(1000)), ("-0.0", .int(0)),
      ("1.5", .number(1.5)),
    ]
    for (text, value) in texts { #expect(try JSON(parsing: Array(text.utf8)) == value, "\(text)") }
    let mixed = Array(#"[true,1,"1",[false],{"true":0.5},null]"#.utf8)
    #expect(try JSON(parsing: mixed) == [true, 1, "1", [false], ["true": 0.5], .null])
  }

  @Test func codableValues() throws {
    struct Point: Codable, Equatable { var x: Int, y: Double, name: String? }
    let point = Point(x: 1, y: 2.5, name: nil)
    let json = try JSON(encoding: point)
    #expect(json == ["x": 1, "y": 2.5])
    #expect(try json.decode(Point.self) == point)
  }

  @Test func accessors() {
    let value: JSON = ["a": [1, "two", 3.0, true]]
    #expect(value["a"]?.array?.count == 4)
    #expect(value["a"]?.array?[2].int == 3)
    #expect(value["a"]?.array?[0].double == 1)
    #expect(value["a"]?.array?[1].string == "two")
    #expect(value["a"]?.array?[3].bool == true)
    #expect(value["b"] == nil)
  }

  @Test func digestIsThatOfTheCanonicalText() {
    let value: JSON = ["b": 1, "a": 2]
    #expect(value.digest == Digest.hex(of: Array("{\"a\":2,\"b\":1}".utf8)))
  }
}
