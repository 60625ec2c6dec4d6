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
    for figure in figures {
      try DurableFile.write(figure.csv, to: Paths.join(pictures, "\(figure.name).csv"))
    }
    let (drawn, warnings) = try draw(figures, to: pictures)
    let links =
      drawn.map { FigureLink(path: "figures/\($0.name).png", caption: $0.caption) }
      + (try otherPictures(in: pictures, except: figures, layout))
    try DurableFile.write(
      MarkdownReport(layout: layout, figures: links).text, to: Paths.join(folder, "table.md"))
    try DurableFile.write(LaTeXTable(layout: layout).text, to: Paths.join(folder, "table.tex"))
    return warnings
  }

  /// The paper's table with verdicts for a terminal, at most 120 columns wide, with its lines ended.
  public func terminalTable(colour: Bool) -> String {
    TextTable(layout: TableLayout(results), colour: colour).text
  }

  private func draw(_ figures: [Figure], to folder: String) throws -> (drawn: [Figure], warnings: [String]) {
    guard !figures.isEmpty else { return ([], []) }
    var drawn: [Figure] = []
    var warnings: [String] = []
    do {
      let gnuplot = try Gnuplot(environment: environment)
      for figure in figures {
        do {
          try DurableFile.write(gnuplot.draw(figure), to: Paths.join(folder, "\(figure.name).png"))
          drawn.append(figure)
        } catch let error as ReportError {
          warnings.append(error.description)
        }
      }
    } catch let error as ReportError {
      warnings.append(error.description)
    }
    return (drawn, warnings)
  }

  /// Pictures that steps have left, by name: `traversal-<row>.png` in the order of the rows, then the rest.
  private func otherPictures(
    in folder: String, except figures: [Figure], _ layout: TableLayout
  ) throws -> [FigureLink] {
    let own = Set(figures.map { "\($0.name).png" })
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".png") && !$0.hasPrefix(".") && !own.contains($0) }.sorted()
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
