import Files

extension Style {
  /// What a terminal may be sent: the text on its lines with our own colours, and nothing else that acts.
  ///
  /// Labels, paths, messages of steps and of other programs come from anywhere, and a sequence in them could move the
  /// cursor, rename the window or hide lines. Characters of that kind are made visible, as by `String.visible`.
  ///
  /// - Parameter colour: whether there are colours; without them not even ours pass.
  public static func safe(_ text: String, colour: Bool) -> String {
    guard text.unicodeScalars.contains(where: { $0.isHidden && $0 != "\n" }) else { return text }
    var rest = Substring(text).unicodeScalars
    var safe = String.UnicodeScalarView()
    while let scalar = rest.first {
      if colour, let code = code(opening: rest) {
        safe.append(contentsOf: code)
        rest = rest.dropFirst(code.count)
        continue
      }
      if scalar == "\n" || scalar == "\t" || !scalar.isHidden {
        safe.append(scalar)
      } else {
        safe.append(contentsOf: String(scalar).visible.unicodeScalars)
      }
      rest = rest.dropFirst()
    }
    return String(safe)
  }

  /// One of our own colours, if that is what comes next.
  private static func code(opening rest: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView? {
    guard rest.first == "\u{1B}", let end = rest.prefix(7).firstIndex(of: "m") else { return nil }
    let code = rest[...end]
    return codes.contains(String(code)) ? code : nil
  }

  /// Those of every style, bold ones and the end of all.
  private static let codes: Set<String> = {
    let values = allCases.map(\.rawValue)
    return Set((values + values.map { "1;\($0)" } + ["0"]).map { "\u{1B}[\($0)m" })
  }()
}
