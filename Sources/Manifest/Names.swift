/// Ids of tables, rows and columns: they become file names, seeds' paths and words of the command line.
enum Names {
  static let rule = "[a-z0-9-]+"

  static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// The text with everything else turned into "-": `1.0e-4` becomes `1-0e-4`.
  static func slug(_ text: String) -> String {
    String(text.lowercased().map { isName(String($0)) ? $0 : "-" })
  }

  /// The id, as written; nil, and reported, where it is missing or is no id.
  static func read(_ entry: Entry?, findings: Findings) -> String? {
    guard let entry else { return nil }
    guard let scalar = entry.value.scalar, scalar.value != .null else {
      findings.error("`\(entry.key)` must be a name, but is \(entry.value.described)", at: entry.value.mark)
      return nil
    }
    if isName(scalar.text) { return scalar.text }
    let slug = slug(scalar.text)
    findings.error(
      "`\(scalar.text)` is not a name of the form \(rule)", at: entry.value.mark,
      slug.isEmpty ? nil : "for example `\(slug)`")
    return nil
  }
}
