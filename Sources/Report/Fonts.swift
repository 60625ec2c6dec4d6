import Files
import Foundation

/// What the fonts of this machine have.
///
/// For a character that none has, Pango draws a frame with its number, and by gnuplot's scale that frame is larger than the
/// whole picture: a label in a script without a font would hide the chart.
struct Fonts {
  /// fontconfig's program that lists fonts; nil where there is none, and nothing beyond the plain characters is drawn.
  private let program: String?
  private let environment: [String: String]

  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.environment = environment
    program = Paths.program("fc-list", environment: environment)
  }

  /// The text with an empty square for each character that cannot be drawn.
  func drawable(_ text: String) -> String {
    guard !text.unicodeScalars.allSatisfy(Self.isPlain) else { return text }
    var known: [Unicode.Scalar: Bool] = [:]
    var drawn = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isThere = Self.isPlain(scalar) || known[scalar] ?? has(scalar)
      known[scalar] = isThere
      drawn.append(isThere ? scalar : "□")
    }
    return String(drawn)
  }

  /// What DejaVu Sans has, the font of the charts, and labels are mostly written with.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x180, 0x391...0x3C9, 0x2010...0x2027, 0x2190...0x2193, 0x2212, 0x2248, 0x2260...0x2265, 0x25A1:
      true
    default: false
    }
  }

  private func has(_ scalar: Unicode.Scalar) -> Bool {
    // Signs that enclose what follows are drawn as frames, font or not; joiners are not drawn at all.
    guard let program, scalar.properties.generalCategory != .format || scalar.properties.isJoinControl,
      case .ended(0, let fonts, _) = BoundedProcess.run(
        program, [":charset=\(String(scalar.value, radix: 16))", "family"], environment: environment,
        within: Self.patience)
    else { return false }
    return !fonts.isEmpty
  }

  private static let patience = Duration.seconds(20)
}
