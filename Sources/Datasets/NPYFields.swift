/// Parses the text of an .npy header: a Python dictionary literal with the keys descr, fortran_order and shape.
struct NPYFields {
  struct Values {
    var type: String
    var fortranOrder: Bool
    var shape: [Int]
  }

  private let text: [UInt8]
  private var position = 0

  init(text: [UInt8]) { self.text = text }

  mutating func parse() throws -> Values {
    var type: String?
    var fortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !accept("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr":
        guard peek() != UInt8(ascii: "[") else {
          throw NPYHeader.Problem.unsupported("its elements are records with named fields")
        }
        type = try string()
      case "fortran_order": fortranOrder = try boolean()
      case "shape": shape = try tuple()
      default: throw malformed("it has the unknown key '\(key)'")
      }
      if !accept(",") {
        try expect("}")
        break
      }
    }
    guard peek() == nil else { throw malformed("something follows the dictionary") }
    guard let type, let fortranOrder, let shape else {
      throw malformed("it needs the keys descr, fortran_order and shape")
    }
    return Values(type: type, fortranOrder: fortranOrder, shape: shape)
  }

  private func malformed(_ reason: String) -> NPYHeader.Problem { .malformed(reason) }

  /// The next character that is no white space.
  private mutating func peek() -> UInt8? {
    while position < text.count, " \t\n\r".utf8.contains(text[position]) { position += 1 }
    return position < text.count ? text[position] : nil
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard accept(character) else { throw malformed("'\(character)' is missing at character \(position)") }
  }

  private mutating func string() throws -> String {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw malformed("a quoted string is missing at character \(position)")
    }
    let start = position + 1
    guard let end = text[start...].firstIndex(of: quote) else {
      throw malformed("the string at character \(position) does not end")
    }
    position = end + 1
    return String(decoding: text[start..<end], as: UTF8.self)
  }

  private mutating func boolean() throws -> Bool {
    _ = peek()
    for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw malformed("True or False is missing at character \(position)")
  }

  private mutating func tuple() throws -> [Int] {
    try expect("(")
    var sizes: [Int] = []
    while !accept(")") {
      sizes.append(try integer())
      if !accept(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }

  private mutating func integer() throws -> Int {
    _ = peek()
    let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw malformed("a size is missing or too large at character \(position)")
    }
    position += digits.count
    _ = accept("L")  // Python 2 wrote long integers with an L
    return value
  }
}
