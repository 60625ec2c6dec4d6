import Files
import Foundation
import Manifest
import Results

/// Writes what readers see of a table: `report.html`, `table.md`, `table.tex` and `figures/`.
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
    let (embedded, unreadable) = try embed(links, from: folder)
    try DurableFile.write(
      HTMLReport(layout: layout, pictures: embedded).text, to: Paths.join(folder, "report.html"))
    return warnings + unreadable
  }

  private func embed(
    _ links: [FigureLink], from folder: String
  ) throws -> (pictures: [EmbeddedPicture], warnings: [String]) {
    var pictures: [EmbeddedPicture] = []
    var warnings: [String] = []
    for link in links {
      let path = Paths.join(folder, link.path)
      if let picture = EmbeddedPicture(link, png: try POSIXFileSystem().contents(of: path)) {
        pictures.append(picture)
      } else {
        warnings.append(
          "cannot put \(path) into report.html: it is not a PNG. Remove it, or run the table again.")
      }
    }
    return (pictures, warnings)
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

  /// What the names of steps' pictures begin with, and how their captions do.
  private static let pictures = [
    ("traversal-", "Latent traversals of"), ("filters-", "First-layer filters of"),
    ("samples-", "Samples of"),
  ]

  /// Pictures that steps have left: `<kind>-<row>.png` by kind in the order of the rows, then the rest by name.
  private func otherPictures(
    in folder: String, except figures: [Figure], _ layout: TableLayout
  ) throws -> [FigureLink] {
    let own = Set(figures.map { "\($0.name).png" })
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".png") && !$0.hasPrefix(".") && !own.contains($0) }.sorted()
    let profile = "\(layout.experiment.profile) profile"
    func link(_ name: String, _ caption: String) -> FigureLink {
      FigureLink(path: "figures/\(name)", caption: "\(caption), \(profile).", kind: .picture)
    }
    let known = Self.pictures.flatMap { prefix, words in
      layout.experiment.rows.compactMap { row in
        names.first { $0 == "\(prefix)\(row.id).png" }.map { link($0, "\(words) \(row.label)") }
      }
    }
    let others = names.map {
      link($0, $0.dropLast(".png".count).replacing("-", with: " ").capitalisedFirst)
    }
    return known + others.filter { other in !known.contains { $0.path == other.path } }
  }
}
