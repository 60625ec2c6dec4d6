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
    let warnings = try draw(figures, to: pictures)
    for comparison in SceneComparison.all(of: layout) {
      try DurableFile.write(comparison.png(), to: Paths.join(pictures, "\(comparison.name).png"))
    }
    let documents = try documents(in: folder)
    for (name, text) in documents.texts { try DurableFile.write(text, to: Paths.join(folder, name)) }
    return warnings + documents.warnings
  }

  /// What `write` leaves in a folder, pictures that gnuplot may have failed to draw included.
  public var fileNames: [String] {
    let layout = TableLayout(results)
    let figures = Figure.all(of: layout).map { "figures/\($0.name)" }
    return [Self.markdown, Self.latex, Self.html] + figures.flatMap { ["\($0).csv", "\($0).png"] }
      + SceneComparison.all(of: layout).map { "figures/\($0.name).png" }
  }

  private static let markdown = "table.md"
  private static let latex = "table.tex"
  /// The page that holds everything, pictures included.
  static let html = "report.html"

  /// The texts of a report by file name, and the pictures that they show, in this order.
  struct Documents {
    var texts: [(name: String, text: String)]
    var pictures: [EmbeddedPicture]
    var warnings: [String]
  }

  /// The texts of the report as `write` leaves them beside the pictures that lie in `folder/figures` now.
  func documents(in folder: String) throws -> Documents {
    let figuresFolder = Paths.join(folder, "figures")
    let pictures =
      try POSIXFileSystem().exists(figuresFolder) ? POSIXFileSystem().sortedNames(in: figuresFolder) : []
    let layout = TableLayout(results)
    let figures = Figure.all(of: layout)
    let drawn = figures.filter { pictures.contains("\($0.name).png") }
    let links =
      drawn.map { FigureLink(path: "figures/\($0.name).png", caption: $0.caption) }
      + otherPictures(pictures, except: figures, layout)
    var texts = [
      (Self.markdown, MarkdownReport(layout: layout, figures: links).text),
      (Self.latex, LaTeXTable(layout: layout).text),
    ]
    texts += figures.map { ("figures/\($0.name).csv", $0.csv) }
    var warnings: [String] = []
    let embedded = try links.compactMap { link -> EmbeddedPicture? in
      let path = Paths.join(folder, link.path)
      if let picture = EmbeddedPicture(link, png: try POSIXFileSystem().contents(of: path)) { return picture }
      warnings.append(
        "cannot put \(path) into report.html: it is not a PNG. Remove it, or run the table again.")
      return nil
    }
    texts.append((Self.html, HTMLReport(layout: layout, pictures: embedded).text))
    return Documents(texts: texts, pictures: embedded, warnings: warnings)
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

  /// Pictures that steps have left: `<kind>-<row>.png` by kind in the order of the rows, then the rest by name.
  private func otherPictures(
    _ pictures: [String], except figures: [Figure], _ layout: TableLayout
  ) -> [FigureLink] {
    let own = Set(figures.map { "\($0.name).png" })
    let names = pictures.filter { $0.hasSuffix(".png") && !own.contains($0) }.sorted()
    let profile = "\(layout.experiment.profile) profile"
    func link(_ name: String, _ caption: String) -> FigureLink {
      FigureLink(path: "figures/\(name)", caption: "\(caption), \(profile).", kind: .picture)
    }
    let comparisons = SceneComparison.all(of: layout).filter { names.contains("\($0.name).png") }
      .map { FigureLink(path: "figures/\($0.name).png", caption: $0.caption, kind: .picture) }
    // A picture that a row without numbers shares with others says nothing of it.
    let measured = layout.results.measuredPart(of: layout.experiment).rows
    let known =
      comparisons
      + PictureKind.allCases.flatMap { kind in
        measured.filter { names.contains(kind.file(of: $0.id)) }
          .map { link(kind.file(of: $0.id), "\(kind.caption) \($0.label)") }
      }
    let unmeasured = Set(layout.experiment.rows.map(\.id)).subtracting(measured.map(\.id))
    let absent = Set(
      PictureKind.allCases.flatMap { kind in unmeasured.map { kind.file(of: $0) } })
    let others = names.filter { !absent.contains($0) }.map {
      link($0, $0.dropLast(".png".count).replacing("-", with: " ").capitalisedFirst)
    }
    return known + others.filter { other in !known.contains { $0.path == other.path } }
  }
}
