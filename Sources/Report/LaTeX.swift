import Files

/// A piece of a LaTeX document.
struct LaTeX: Markup {
  let source: String
}

extension LaTeX {
  /// Text that is typeset as it is: no command, no ligature of ASCII characters that reads as something else.
  static func escape(_ text: String) -> String {
    let scalars = Array(text.visible.unicodeScalars)
    return scalars.indices.map { index in
      let scalar = scalars[index]
      switch scalar {
      case "&", "%", "$", "#", "_", "{", "}": return "\\\(scalar)"
      case "~": return "\\textasciitilde{}"
      case "^": return "\\textasciicircum{}"
      case "\\": return "\\textbackslash{}"
      case "|": return "\\textbar{}"
      case "`": return "\\textasciigrave{}"
      case "±": return "$\\pm$"
      case "−": return "$-$"
      case "…": return "\\dots{}"
      case "<", ">": return "$\(scalar)$"
      // Two hyphens would be a dash.
      case "-" where index + 1 < scalars.count && scalars[index + 1] == "-": return "-{}"
      // The end of a line takes a bracket or a star behind it for its argument.
      case "[", "*": return index == 0 ? "{\(scalar)}" : String(scalar)
      default: return String(scalar)
      }
    }.joined()
  }
}
