import Files
import Foundation
import Manifest
import Results
import TestSupport
import Testing

@testable import Report

/// Labels that are programs in one of the languages of a report, through every writer: nothing may run, and the text has
/// to read as it was.
@Suite struct HostileTextTests {
  /// Scalars that make one `Character` with whatever follows them (Grapheme_Cluster_Break=Prepend).
  private static let prepends = [
    "\u{600}", "\u{605}", "\u{6DD}", "\u{70F}", "\u{890}", "\u{8E2}", "\u{D4E}", "\u{110BD}", "\u{111C2}",
    "\u{1193F}", "\u{11A3A}", "\u{11D46}",
  ]

  private static func labels(_ command: String) -> [String] {
    let quotes = prepends.flatMap { ["\($0)'.system(\"\(command)\").'", "\($0)\".system('\(command)').\""] }
    return quotes + [
      "PCA\n! \(command)\n", "PCA\n\(command)", "EOD\nsystem(\"\(command)\")", "$(\(command))",
      "`\(command)`",
      "\(prepends[0])`\(command)`", "@\(command)", "'; system(\"\(command)\"); '", "\" ! \(command)",
      "100% %s %n %d", "a\\nb \\101 \\", "{/:Bold x_y}^2", "\u{1B}]0;OWNED\u{7}\u{1B}[2J",
      "\\input{/etc/passwd}",
      "\(prepends[0])\\input /etc/passwd", "\\\\[2pt]", "[2pt] *", "a -- b | c ~ d ^ e # f & g",
      "VAE <no KL>",
      "<script>alert(1)</script>", "\(prepends[0])<script>", "&lt;b&gt; &amp; &", "a | b",
      "\(prepends[0])| b",
      "\\| c", "**bold** _it_ snake_case ~~x~~ [link](http://x) ![i](x)", "# heading", "- list", "1. list",
      "> quote", "---", "$x$", "trailing\\", "\u{202E}gnp.exe", "\"quoted\", with, commas", "",
    ]
  }

  private static func results(_ labels: [String]) -> TableResults {
    var results = SampleResults.results()
    let template = results.experiment.rows[4]
    let columns = results.experiment.columns.map(\.id)
    results.experiment.rows = labels.enumerated().map { index, label in
      var row = template
      (row.id, row.label) = ("row-\(index)", label)
      return row
    }
    results.experiment.expectations = []
    results.experiment.title = labels[0]
    results.experiment.source = Source(paper: labels[24], place: labels[26])
    for (index, label) in labels.enumerated().dropFirst(2).prefix(results.experiment.columns.count) {
      results.experiment.columns[index - 2].label = label
      results.experiment.columns[index - 2].unit = label
    }
    // One section stays as it is: a sweep is drawn of a section whose columns all have the number of pairs.
    for index in results.experiment.columns.indices
    where results.experiment.columns[index].section == "Score against L" {
      results.experiment.columns[index].section = labels[1]
    }
    results.experiment.columns[0].classifier = Configured(kind: "l2-svm")
    let cells = columns.compactMap { results.cell("vae", $0) }
    results.cells = labels.indices.flatMap { row in
      cells.map { cell in
        var cell = cell
        cell.row = "row-\(row)"
        for index in cell.repeats.indices where cell.repeats[index].outcomes != nil {
          cell.statistic = OutcomeStatistic.accuracy.name
          // As many confusion matrices as a picture has room for.
          cell.repeats[index].outcomes =
            row < 6 ? answers(classes: Array(labels.prefix(4)), spot: row + index) : nil
        }
        return cell
      }
    }
    results.curves = results.curves.filter { $0.row == "vae" }.flatMap { curve in
      labels.indices.map { index in
        TrainingCurve(
          row: "row-\(index)", repetition: curve.repetition, updates: curve.updates, series: curve.series,
          milestones: curve.milestones)
      }
    }
    return results
  }

  private static func answers(classes: [String], spot: Int) -> Outcomes {
    guard case .answers(var answers) = SampleResults.items(spot: spot) else {
      preconditionFailure("the sample has answers")
    }
    answers.classes = classes
    return .answers(answers)
  }

  @Test func `gnuplot gets every label as data`() throws {
    let folder = try TemporaryDirectory()
    let labels = Self.labels("touch \(folder.path("ran"))")
    let figures = Figure.all(of: TableLayout(Self.results(labels)))
    #expect(
      Set(figures.map(\.name)).isSuperset(of: ["confusion", "score-during-training", "training"])
        && figures.count >= 4)
    for figure in figures {
      for label in labels where label.count > 4 { #expect(!figure.script.code.contains(label)) }
      #expect(figure.script.code.utf8.allSatisfy { $0 != UInt8(ascii: "`") })
      #expect(Self.texts(figure.script.data) == figure.script.texts.filter { !$0.isEmpty })
    }
    let shown = Set(figures.flatMap(\.script.texts))
    #expect(labels.allSatisfy { shown.contains($0.visible) })
    guard let gnuplot = try? Gnuplot() else { return }
    for figure in figures { #expect(try !gnuplot.draw(figure).isEmpty) }
    #expect(try POSIXFileSystem().sortedNames(in: folder.path) == [])
  }

  /// What gnuplot makes of the data.
  private static func texts(_ data: String) -> [String] {
    var bytes: [Int: [UInt8]] = [:]
    for line in data.split(separator: "\n") {
      let numbers = line.split(separator: " ").compactMap { Int($0) }
      bytes[numbers[0], default: []].append(UInt8(numbers[1]))
    }
    return bytes.sorted { $0.key < $1.key }.map { String(decoding: $0.value, as: UTF8.self) }
  }

  @Test func `labels that a format would change are drawn as ticks too`() throws {
    let script: GnuplotScript = "set xtics (\(tick: "100 %\u{301}d") 1)"
    #expect(script.texts == ["100 %%\u{301}d"])
    #expect(script.code.hasSuffix("set xtics (T[1] 1)"))
    let empty: GnuplotScript = "set title \(text: "")"
    #expect(!empty.code.contains("stats"))
  }

  @Test func `Markdown shows every label`() {
    let labels = Self.labels("touch /nowhere")
    let layout = TableLayout(Self.results(labels))
    let text = MarkdownReport(layout: layout, figures: []).text
    // Byte by byte: a backslash behind U+0600 is no character of its own.
    let bytes = Array(text.utf8)
    for tag in ["<script>", "<no KL>"] {
      for start in bytes.indices where bytes[start...].starts(with: tag.utf8) {
        #expect(start > 0 && bytes[start - 1] == UInt8(ascii: "\\"), "\(tag) would act")
      }
    }
    #expect(!text.unicodeScalars.contains { $0.isHidden && $0 != "\n" })
    #expect(text.contains("VAE \\<no KL>"))
    // The lines of the first table, behind its headings and the rule.
    let lines = text.split(separator: "\n").drop { !$0.hasPrefix("| ") }.dropFirst(2).prefix {
      $0.hasPrefix("| ")
    }
    // Headings of groups are bold; a label with asterisks has them escaped.
    let shown = lines.filter { !$0.hasPrefix("| **") }.map { Self.markdownCells($0)[0] }
    let marks = shown.map { $0.replacing(#/(\[\^\d+\])+$/#, with: "") }
    #expect(marks.count == labels.count)
    for (mark, label) in zip(marks, labels) {
      #expect(Self.spaceless(mark) == Self.spaceless(label.visible), "\(label)")
    }
  }

  /// The cells of a line with their escapes undone, as CommonMark and the tables of GitHub read them. What is not escaped
  /// may not be syntax.
  private static func markdownCells(_ line: Substring) -> [String] {
    var cells = [String.UnicodeScalarView()]
    var rest = Array(line.unicodeScalars).dropFirst()[...]
    while let scalar = rest.popFirst() {
      if scalar == "\\", let next = rest.first, next.isASCII,
        next.properties.generalCategory != .spaceSeparator,
        !next.properties.isAlphabetic, !("0"..."9").contains(next)
      {
        cells[cells.count - 1].append(rest.removeFirst())
      } else if scalar == "|" {
        cells.append(String.UnicodeScalarView())
      } else if scalar == "&", rest.starts(with: "amp;".unicodeScalars) {
        cells[cells.count - 1].append(scalar)
        rest = rest.dropFirst(4)
      } else {
        cells[cells.count - 1].append(scalar)
      }
    }
    return cells.map { String($0).trimmingCharacters(in: .whitespaces) }
  }

  /// Runs of spaces are one in all of these languages.
  private static func spaceless(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { $0 != " " }
  }

  @Test(arguments: [
    ("a < b on c", "a < b on c"), ("VAE <no KL>", "VAE \\<no KL>"), ("</b>", "\\</b>"), ("a ~ b", "a ~ b"),
    ("snake_case", "snake_case"), ("_it_", "\\_it\\_"), ("**b**", "\\*\\*b\\*\\*"), ("2 * 3", "2 * 3"),
    ("a|b", "a\\|b"),
    ("[^1]", "\\[^1\\]"), ("a\\b", "a\\\\b"), ("R&D", "R&amp;D"), ("R & D", "R & D"), ("&#60;", "&amp;#60;"),
    ("> 0.999", "> 0.999"), ("-0.5", "-0.5"), ("$x$", "\\$x\\$"), ("`x`", "\\`x\\`"), ("a\nb", "a b"),
    ("\u{600}|", "\u{600}\\|"),
  ])
  func `Markdown escapes what would act, and no more`(text: String, escaped: String) {
    #expect(Array(Markdown.escape(text).unicodeScalars) == Array(escaped.unicodeScalars))
  }

  @Test(arguments: [
    ("# x", "\\# x"), ("#x", "#x"), ("-0.5", "-0.5"), ("- x", "\\- x"), ("> x", "\\> x"), ("1. x", "1\\. x"),
    ("1.5", "1.5"), ("12) x", "12\\) x"), ("---", "\\---"), ("12", "12"), ("", ""), ("+", "\\+"),
  ])
  func `the beginning of a line is no sign`(text: String, escaped: String) {
    #expect(Markdown.opening("\(text)").source == escaped)
  }

  @Test func `code and targets of links hold anything`() {
    #expect(Markdown.code("a").source == "`a`")
    #expect(Markdown.code("a `b` ``c").source == "``` a `b` ``c ```")
    #expect(Markdown.target("figures/a b)(é.png").source == "figures/a%20b%29%28%C3%A9.png")
    #expect(Markdown.prose("`<b>` <b>").source == "`<b>` \\<b>")
    #expect(Markdown.prose("one ` alone").source == "one \\` alone")
  }

  @Test func `LaTeX shows every label`() {
    let labels = Self.labels("touch /nowhere")
    let text = LaTeXTable(layout: TableLayout(Self.results(labels))).text
    #expect(!text.contains("\\input"))
    #expect(!text.unicodeScalars.contains { $0.isHidden && $0 != "\n" })
    for label in labels {
      #expect(Self.spaceless(Self.typeset(LaTeX.escape(label))) == Self.spaceless(label.visible), "\(label)")
    }
  }

  /// The characters that LaTeX prints for an escaped text. Any other command is left as it is, and found by the test.
  private static func typeset(_ source: String) -> String {
    let words = [
      "\\textasciitilde{}": "~", "\\textasciicircum{}": "^", "\\textbackslash{}": "\\", "\\textbar{}": "|",
      "\\textasciigrave{}": "`", "$\\pm$": "±", "$-$": "−", "\\dots{}": "…", "$<$": "<", "$>$": ">",
      "-{}": "-",
      "{[}": "[", "{*}": "*", "\\&": "&", "\\%": "%", "\\$": "$", "\\#": "#", "\\_": "_", "\\{": "{",
      "\\}": "}",
    ].map { (source: Array($0.unicodeScalars), text: $1) }.sorted { $0.source.count > $1.source.count }
    var rest = Array(source.unicodeScalars)[...]
    var text = String.UnicodeScalarView()
    while let scalar = rest.first {
      if let word = words.first(where: { rest.starts(with: $0.source) }) {
        text.append(contentsOf: word.text.unicodeScalars)
        rest = rest.dropFirst(word.source.count)
      } else {
        // A character with a meaning of its own that nothing has taken is shown as what it is not.
        text.append("\\%$#&{}~^".unicodeScalars.contains(scalar) ? "\u{FFFD}" : scalar)
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  @Test func `HTML and CSV show every label`() throws {
    let labels = Self.labels("touch /nowhere")
    let layout = TableLayout(Self.results(labels))
    let page = HTMLReport(layout: layout, pictures: []).text
    #expect(!page.contains("<script>alert"))
    #expect(!page.unicodeScalars.contains { $0.isHidden && $0 != "\n" && $0 != "\t" })
    for label in labels {
      var text = HTML.escape(label)
      #expect(!text.utf8.contains { "<>\"'".utf8.contains($0) })
      for (entity, character) in [
        ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
      ] {
        text = text.replacingOccurrences(of: entity, with: character, options: .literal)
      }
      #expect(text == label.visible)
    }
    for label in labels { #expect(Self.fields(CSV.text(["x", label], [])) == ["x", label]) }
  }

  /// The fields of one line of CSV (RFC 4180).
  private static func fields(_ line: String) -> [String] {
    var fields = [String.UnicodeScalarView()]
    var rest = Array(line.unicodeScalars.dropLast())[...]
    var isQuoted = false
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"" where isQuoted && rest.first == "\"": fields[fields.count - 1].append(rest.removeFirst())
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append(String.UnicodeScalarView())
      default: fields[fields.count - 1].append(scalar)
      }
    }
    return fields.map { String($0) }
  }

  @Test func `a results file brings nothing that acts`() throws {
    let folder = try TemporaryDirectory()
    // HDF5 keeps no NUL; a reader meets everything else.
    let labels = Self.labels("touch /nowhere")
    var results = Self.results(labels)
    results.provenance = ["data": "x\u{1B}[2J"]
    try results.save(to: folder.path("results.h5"))
    let read = try TableResults(file: folder.path("results.h5"))
    #expect(read.experiment.rows.map(\.label) == labels.map(\.visible))
    #expect(read.experiment.title == labels[0].visible)
    #expect(read.cells.first?.repeats.first?.outcomes?.classes == labels.prefix(4).map(\.visible))
    #expect(read.provenance == ["data": "x␛[2J"])
    #expect(
      !ReportWriter(results: read).terminalTable(colour: false).unicodeScalars.contains {
        $0.isHidden && $0 != "\n"
      })
  }
}
