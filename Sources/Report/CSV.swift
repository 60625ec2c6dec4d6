/// Comma-separated values as RFC 4180 quotes them, in UTF-8, with a line feed at the end of every line.
///
/// A text goes in as it is, also one that a spreadsheet would take for a formula: whatever is put before it would be part of the
/// data for every other reader. `docs/formats.md` says how to open such a file in a spreadsheet.
enum CSV {
  static func text(_ heading: [String], _ lines: [[String]]) -> String {
    ([heading] + lines).map(line).joined()
  }

  static func line(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") + "\n" }

  private static func quoted(_ field: String) -> String {
    let special: Set<Unicode.Scalar> = [",", "\"", "\n", "\r"]
    guard field.unicodeScalars.contains(where: special.contains) else { return field }
    return "\"" + field.escaping { $0 == "\"" ? "\"\"" : nil } + "\""
  }
}
