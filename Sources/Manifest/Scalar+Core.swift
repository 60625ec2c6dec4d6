extension Scalar {
  /// A plain scalar, resolved by the YAML 1.2 core schema (YAML 1.2.2, section 10.3.2). Unlike YAML 1.1 this leaves
  /// `no`, `on` and `12:30:45` as text and reads `012` as twelve.
  init(plain text: String) {
    self.init(text: text, value: Scalar.resolve(text))
  }

  /// A quoted or block scalar: always text.
  init(quoted text: String) {
    self.init(text: text, value: .text)
  }

  private static func resolve(_ text: String) -> Value {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    default: break
    }
    let bytes = Array(text.utf8)
    return integer(bytes, text) ?? infinity(bytes) ?? float(bytes, text) ?? .text
  }

  private static func integer(_ bytes: [UInt8], _ text: String) -> Value? {
    if text.hasPrefix("0o") || text.hasPrefix("0x") {
      let radix = text.hasPrefix("0o") ? 8 : 16
      let digits = text.dropFirst(2)
      guard !digits.isEmpty, digits.utf8.allSatisfy({ isDigit($0, radix: radix) }) else { return nil }
      return Int(digits, radix: radix).map(Value.int) ?? .oversized
    }
    let digits = bytes.drop(while: isSign).count
    guard digits > 0, bytes.count - digits <= 1, bytes.suffix(digits).allSatisfy({ isDigit($0, radix: 10) })
    else { return nil }
    return Int(text).map(Value.int) ?? .oversized
  }

  private static func infinity(_ bytes: [UInt8]) -> Value? {
    let sign = bytes.first.map(isSign) == true ? 1 : 0
    guard [".inf", ".Inf", ".INF"].contains(String(decoding: bytes.dropFirst(sign), as: UTF8.self)) else {
      return nil
    }
    return .number(bytes[0] == UInt8(ascii: "-") ? -.infinity : .infinity)
  }

  /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
  private static func float(_ bytes: [UInt8], _ text: String) -> Value? {
    var rest = bytes[...]
    func takeDigits() -> Int {
      let count = rest.prefix { isDigit($0, radix: 10) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if let first = rest.first, isSign(first) { rest = rest.dropFirst() }
    let whole = takeDigits()
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = takeDigits()
    }
    guard whole + fraction > 0 else { return nil }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if let sign = rest.first, isSign(sign) { rest = rest.dropFirst() }
      guard takeDigits() > 0 else { return nil }
    }
    guard rest.isEmpty else { return nil }
    // Swift reads neither "5." nor ".5e1" with a bare point at every place YAML allows it.
    let written = text.hasPrefix("+") ? String(text.dropFirst()) : text
    return Double(normalised(written)).map(Value.number)
  }

  /// Digits on both sides of the point.
  private static func normalised(_ text: String) -> String {
    guard let point = text.firstIndex(of: ".") else { return text }
    let before = text[..<point]
    let after = text[text.index(after: point)...]
    let head = before.last?.isNumber == true ? String(before) : before + "0"
    return head + "." + (after.first?.isNumber == true ? String(after) : "0" + after)
  }

  private static func isSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
  }

  private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "7"): true
    case UInt8(ascii: "8"), UInt8(ascii: "9"): radix >= 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): radix == 16
    default: false
    }
  }
}
