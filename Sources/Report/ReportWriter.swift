import Files
import Foundation
import Manifest
import Results

/// Writes what readers see of a table: `table.md`, `table.tex` and `figures/`.
///
/// Equal results give equal bytes: nothing of the clock, the host or the folder goes in.
public struct ReportWriter {
  public let results: TableResults
  private let environment: [String: String]

  public init(results: TableResults) {
    self.init(results: results, environment: ProcessInfo.processInfo.environment)
  }

  /// - Parameter environment: where `PATH` names the folders that gnuplot is looked for in.
  init(results: TableResults, environment: [String: String]) {
    self.results = results
    self.environment = environment
  }

  /// Writes the report into `folder`, each file durably, and returns warnings for people.
  ///
  /// Pictures that are in `figures/` already, such as latent traversals, are linked behind the charts. A missing or
  /// failing gnuplot is a warning. Throws `FileError`.
  public func write(to folder: String) throws -> [String] {
    let layout = TableLayout(results)
    let pictures = Paths.join(folder, "figures")
    try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
    let figures = Figure.all(of: layout)
    let warnings = try draw(figures, to: pictures)
    for (name, text) in texts(beside: try POSIXFileSystem().sortedNames(in: pictures)) {
      try DurableFile.write(text, to: Paths.join(folder, name))
    }
    return warnings
  }

  /// The texts of the report by file name, as `write` leaves them where these pictures lie in `figures/`.
  ///
  /// - Parameter pictures: names of all files in `figures/`.
  func texts(beside pictures: [String]) -> [(name: String, text: String)] {
    let layout = TableLayout(results)
    let figures = Figure.all(of: layout)
    let drawn = figures.filter { pictures.contains("\($0.name).png") }
    let links =
      drawn.map { FigureLink(path: "figures/\($0.name).png", caption: $0.caption) }
      + otherPictures(pictures, except: figures, layout)
    return [
      ("table.md", MarkdownReport(layout: layout, figures: links).text),
      ("table.tex", LaTeXTable(layout: layout).text),
    ] + figures.map { ("figures/\($0.name).csv", $0.csv) }
  }

  /// The paper's table with verdicts for a terminal, at most 120 columns wide, with its lines ended.
  public func terminalTable(colour: Bool) -> String {
    TextTable(layout: TableLayout(results), colour: colour).text
  }

  /// Draws what can be drawn and returns warnings for the rest, whose former pictures are removed: they would show
  /// other numbers than the report.
  private func draw(_ figures: [Figure], to folder: String) throws -> [String] {
    guard !figures.isEmpty else { return [] }
    func path(_ figure: Figure) -> String { Paths.join(folder, "\(figure.name).png") }
    let gnuplot: Gnuplot
    do {
      gnuplot = try Gnuplot(environment: environment)
    } catch {
      for figure in figures { try POSIXFileSystem().removeTree(path(figure)) }
      return [error.description]
    }
    var warnings: [String] = []
    for figure in figures {
      do {
        try DurableFile.write(gnuplot.draw(figure), to: path(figure))
      } catch let error as ReportError {
        try POSIXFileSystem().removeTree(path(figure))
        warnings.append(error.description)
      }
    }
    return warnings
  }

  /// Pictures that steps have left, by name: `traversal-<row>.png` in the order of the rows, then the rest.
  private func otherPictures(
    _ pictures: [String], except figures: [Figure], _ layout: TableLayout
  ) -> [FigureLink] {
    let own = Set(figures.map { "\($0.name).png" })
    let names = pictures.filter { $0.hasSuffix(".png") && !own.contains($0) }.sorted()
    let traversals = layout.experiment.rows.compactMap { row in
      names.first { $0 == "traversal-\(row.id).png" }.map { name in
        FigureLink(
          path: "figures/\(name)",
          caption: "Latent traversals of \(row.label), \(layout.experiment.profile) profile.")
      }
    }
    let others = names.map { name in
      FigureLink(
        path: "figures/\(name)",
        caption: name.dropLast(".png".count).replacing("-", with: " ").capitalisedFirst
          + ", \(layout.experiment.profile) profile.")
    }
    return traversals + others.filter { other in !traversals.contains { $0.path == other.path } }
  }
}
