import Files
import Manifest
import Results

/// Writes a static site: an index of tables and profiles, and for each its report, its data and its pictures.
///
/// Its pages are the ones that `ReportWriter` makes, and the index counts verdicts as they do. Equal results give equal bytes.
public struct SiteWriter {
  private var folder: SiteFolder
  private var index: SiteIndex
  private var observations = ExportFormat.csv.heading

  /// - Parameters:
  ///   - path: a folder that is not there, is empty, or is a site already.
  ///   - commit: what the index says the code was, if it says so.
  /// - Throws: `ReportError` for any other folder, `FileError`.
  public init(_ path: String, commit: String? = nil) throws {
    folder = try SiteFolder(path)
    index = SiteIndex(commit: commit?.isEmpty == true ? nil : commit)
  }

  /// Adds a table with what lies beside its results in `source`, and returns warnings for people.
  ///
  /// Throws `FileError`.
  public mutating func add(_ results: TableResults, from source: String) throws -> [String] {
    let (table, profile) = (results.experiment.table, results.experiment.profile)
    let documents = try ReportWriter(results: results).documents(in: source)
    let lines = ExportFormat.csv.text(of: Observations(results))
    var parts = documents.texts.map { (name: $0.name, bytes: Array($0.text.utf8)) }
    parts += documents.pictures.map { (name: $0.link.path, bytes: $0.png) }
    parts.append(
      (SiteEntry.results, try POSIXFileSystem().contents(of: Paths.join(source, SiteEntry.results))))
    parts.append((SiteEntry.observations, Array((ExportFormat.csv.heading + lines).utf8)))
    let names = parts.map { "\(table)/\(profile)/\($0.name)" }
    try folder.announce(names)
    for (name, part) in zip(names, parts) { try folder.write(part.bytes, to: name) }
    observations += lines
    index.entries.append(
      SiteEntry(
        layout: TableLayout(results), pictures: documents.pictures, files: parts.map(\.name),
        measured: SiteEntry.day(of: Paths.join(source, "run.json"))))
    return documents.warnings
  }

  /// Writes the index, removes what is left of a former site, and returns how many files the site has.
  ///
  /// Throws `FileError`.
  public mutating func finish() throws -> Int {
    try folder.announce([SiteIndex.observations, SiteIndex.page])
    try folder.write(observations, to: SiteIndex.observations)
    // Last: what it links to is there.
    try folder.write(index.text, to: SiteIndex.page)
    try folder.finish()
    return folder.names.count + 1
  }

  /// The page that a site is opened by.
  public static let page = SiteIndex.page
}
