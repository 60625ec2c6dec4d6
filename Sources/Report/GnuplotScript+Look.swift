import Foundation

/// The look that all charts share.
extension GnuplotScript {

  /// Colours by the place of a row in the table, so that a row looks the same in every chart: the palette of Okabe and
  /// Ito without its yellow, then darker ones of Tol; all told apart by colour-blind readers in this order.
  static let colours: [GnuplotScript] = [
    "\"#000000\"", "\"#0072B2\"", "\"#D55E00\"", "\"#009E73\"", "\"#CC79A7\"", "\"#56B4E9\"", "\"#E69F00\"",
    "\"#7F7F7F\"", "\"#882255\"",
    "\"#117733\"",
    "\"#332288\"", "\"#999933\"",
  ]
  static let points = [7, 5, 9, 11, 13, 6, 4, 8, 10, 12]

  /// Opens the picture. Labels are printed as they are: an underscore makes no subscript.
  static func head(width: Int, height: Int) -> GnuplotScript {
    """
    set terminal pngcairo size \(width),\(height) font "DejaVu Sans,20" noenhanced linewidth 2 background "#ffffff"
    set output "figure.png"
    set encoding utf8
    set border 3 linewidth 0.7 linecolor rgb "#444444"
    set tics nomirror out scale 0.6 textcolor rgb "#222222"
    set grid ytics linewidth 0.6 linecolor rgb "#cfcfcf" dashtype 1
    set style fill transparent solid 0.15 noborder
    unset key

    """
  }

  /// Opens a picture with a legend outside, to the right: one column of labels in the order of the rows. Many or long
  /// ones make the picture larger and leave the chart its room.
  static func head(legend labels: [String]) -> GnuplotScript {
    let width = 1300 + 15 * (labels.map(\.count).max() ?? 0)
    let height = 220 + 42 * labels.count
    return head(width: max(1760, width), height: max(1080, height))
      + "set key outside right center Left reverse samplen 2.5 spacing 1.35 width 1 maxcols 1\n"
  }

  /// An inline data block; one array of fields a line.
  static func block(_ name: GnuplotScript, _ lines: [[Double]]) -> GnuplotScript {
    let lines = lines.map { joined($0.map { "\($0)" }, by: " ") + "\n" }
    return "$\(name) << EOD\n" + joined(lines, by: "") + "EOD\n"
  }

  /// Tick marks with their labels, in the parentheses of `set xtics (…)`.
  static func ticks(_ marks: [(label: String, place: Double)]) -> GnuplotScript {
    joined(marks.map { "\(tick: $0.label) \($0.place)" }, by: ", ")
  }

  /// The numbers 1, 2 and 5 times powers of ten in a range.
  static func decadeTicks(from low: Double, through high: Double) -> [Double] {
    guard low > 0, high >= low, high.isFinite else { return [] }
    var ticks: [Double] = []
    var power = pow(10, log10(low).rounded(.down))
    while power <= high {
      ticks += [power, 2 * power, 5 * power].filter { $0 >= low && $0 <= high }
      power *= 10
    }
    return ticks
  }

  /// `10⁻⁴` at 0.0001, …: the powers of ten around positive values, at most a dozen of them.
  ///
  /// With digits that are raised already: gnuplot raises none in a picture whose labels are printed as they are.
  static func powerTicks(_ values: [Double]) -> GnuplotScript {
    let exponents = values.filter { $0 > 0 && $0.isFinite }.map { log10($0) }
    guard let low = exponents.min(), let high = exponents.max() else { return "" }
    let (first, last) = (Int((low + 1e-9).rounded(.down)), Int((high - 1e-9).rounded(.up)))
    let step = (last - first) / 12 + 1
    return ticks(
      stride(from: first, through: last, by: step).map { ("10\(raised($0))", pow(10, Double($0))) })
  }

  private static func raised(_ exponent: Int) -> String {
    let signs: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
      "9": "⁹",
    ]
    return String(String(exponent).map { signs[$0] ?? $0 })
  }

  /// A step of 1, 2 or 5 times a power of ten that puts at most `count` ticks on an axis from 0 to `high`.
  static func step(to high: Double, count: Int) -> Double {
    decadeTicks(from: high / 1e6, through: high).first { high / $0 <= Double(count) } ?? high
  }

  /// The line and points of the row at `index` of the table.
  static func line(_ index: Int, isExtra: Bool, points: Bool = true) -> GnuplotScript {
    let mark: GnuplotScript =
      points ? " pointtype \(Self.points[index % Self.points.count]) pointsize 1.5" : ""
    return "linewidth 1.4 dashtype \(isExtra ? 2 : 1)\(mark) linecolor rgb \(colour(index))"
  }

  /// A colour as gnuplot has it, in quotes.
  static func colour(_ index: Int) -> GnuplotScript { colours[index % colours.count] }
}
