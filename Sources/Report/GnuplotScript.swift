import Files

/// A program for gnuplot, with the texts that it shows kept apart from it.
///
///     script += "set title \(text: row.label)\n"
///
/// What is written out is code. A text that is put in is data: the program knows it by a number, and its bytes reach
/// gnuplot as numbers in a file. So nothing that a manifest or a results file says is ever a part of the program, and
/// gnuplot finds no quotes, escapes or formats of its own in it.
struct GnuplotScript: Sendable {
  fileprivate enum Piece: Sendable {
    case code(String)
    case text(String)
  }

  /// The name of the file that `data` is read from, in the folder that gnuplot runs in.
  static let dataFile = "texts"
  /// The name of the picture that it leaves there.
  static let output = "figure.png"

  fileprivate var pieces: [Piece] = []

  /// Every text that is shown, in the order of the program.
  var texts: [String] { pieces.compactMap { if case .text(let text) = $0 { text } else { nil } } }

  /// The same with texts that can be drawn.
  func drawable(by fonts: Fonts) -> GnuplotScript {
    var script = self
    script.pieces = pieces.map { piece in
      guard case .text(let text) = piece else { return piece }
      return .text(fonts.drawable(text))
    }
    return script
  }

  /// The program.
  var code: String {
    var code = reading
    var number = 0
    for piece in pieces {
      switch piece {
      case .code(let source): code += source
      case .text:
        number += 1
        code += "T[\(number)]"
      }
    }
    return code
  }

  /// The texts, a byte a line: the number of its text and its value.
  var data: String {
    texts.enumerated().map { index, text in text.utf8.map { "\(index + 1) \($0)\n" }.joined() }.joined()
  }

  /// Puts the texts together again.
  private var reading: String {
    let texts = texts
    guard !texts.isEmpty else { return "" }
    let array = "array T[\(texts.count)]\ndo for [i=1:\(texts.count)] { T[i] = \"\" }\n"
    // There have to be lines to read.
    guard texts.contains(where: { !$0.isEmpty }) else { return array }
    return array
      + "stats \"\(Self.dataFile)\" using (T[int($1)] = T[int($1)].sprintf(\"%c\", int($2)), 0) nooutput\n"
  }
}

extension GnuplotScript: ExpressibleByStringInterpolation {
  init(stringLiteral source: String) { pieces = [.code(source)] }
  init(stringInterpolation interpolation: Interpolation) { pieces = interpolation.pieces }

  struct Interpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ literal: String) { pieces.append(.code(literal)) }
    mutating func appendInterpolation(_ number: Int) { pieces.append(.code(String(number))) }
    mutating func appendInterpolation(_ number: Double) {
      pieces.append(.code(number.isFinite ? "\(number)" : "NaN"))
    }
    mutating func appendInterpolation(_ piece: GnuplotScript) { pieces += piece.pieces }
    /// A title, a label of an axis or a line of the legend.
    mutating func appendInterpolation(text: String) { pieces.append(.text(text.visible)) }
    /// The label of a tick, which gnuplot takes for a format.
    mutating func appendInterpolation(tick text: String) {
      pieces.append(.text(text.visible.escaping { $0 == "%" ? "%%" : nil }))
    }
  }
}

extension GnuplotScript {
  static func + (left: GnuplotScript, right: GnuplotScript) -> GnuplotScript { "\(left)\(right)" }
  static func += (left: inout GnuplotScript, right: GnuplotScript) { left.pieces += right.pieces }

  static func joined(_ pieces: [GnuplotScript], by separator: GnuplotScript) -> GnuplotScript {
    pieces.enumerated().reduce(into: GnuplotScript()) { script, piece in
      if piece.offset > 0 { script += separator }
      script += piece.element
    }
  }
}
