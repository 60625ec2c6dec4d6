import Files
import Foundation
import Images
import Manifest
import Results
import TestSupport
import Testing

@testable import Report

@Suite struct SiteTests {
  private let folder: TemporaryDirectory
  private let files = POSIXFileSystem()
  private var site: String { folder.path("site") }

  init() throws { folder = try TemporaryDirectory() }

  /// A site of the sample table at some profiles.
  @discardableResult
  private func write(_ profiles: [String], changing change: (inout TableResults) -> Void = { _ in }) throws
    -> Int
  {
    var writer = try SiteWriter(site, commit: "0123abc")
    try add(profiles, to: &writer, changing: change)
    return try writer.finish()
  }

  private func add(
    _ profiles: [String], to writer: inout SiteWriter,
    changing change: (inout TableResults) -> Void = { _ in }
  ) throws {
    for profile in profiles {
      var results = SampleResults.results(profile: profile)
      change(&results)
      let source = folder.path("results/\(profile)")
      try folder.file(
        "results/\(profile)/figures/traversal-vae.png",
        Raster(width: 32, height: 16, colour: .grey, filledWith: Ink(grey: 200)).png())
      try folder.file(
        "results/\(profile)/run.json",
        #"{"steps": [{"finished": "2026-11-25T21:42:59Z"}, {"finished": "2026-11-26T01:02:03Z"}, {"finished": "<b>"}]}"#
          .utf8)
      try results.save(to: Paths.join(source, "results.h5"))
      #expect(try writer.add(results, from: source) == [])
    }
  }

  private func text(_ name: String) throws -> String { try files.text(of: Paths.join(site, name)) }
  private func digests() throws -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: try files.files(below: site).map {
        ($0, try Digest.hexOfFile(Paths.join(site, $0)))
      })
  }

  private static let parts = [
    "figures/score-against-l.csv", "figures/score-during-training.csv", "figures/training.csv",
    "figures/traversal-vae.png", "observations.csv", "report.html", "results.h5", "table.md", "table.tex",
  ]

  @Test func `a site has an index, and of each table its report, data and figures`() throws {
    #expect(try write(["quick", "desk"]) == 21)
    let places = ["desk", "quick"].flatMap { profile in Self.parts.map { "dsprites/\(profile)/\($0)" } }
    #expect(try files.files(below: site) == places + ["index.html", "observations.csv", "site.json"])
    let index = try text("index.html")
    #expect(index.contains("<h2>Disentanglement metric score on 2D shapes</h2>"))
    #expect(index.contains("<dt>measured</dt><dd>2026-11-26</dd>"))
    #expect(index.contains("<code>retable site</code> at <code>0123abc</code>"))
    #expect(!index.contains("<script"))
    // Verdicts are counted as the report counts them.
    let results = SampleResults.results(profile: "quick")
    let overview = HTMLReport(layout: TableLayout(results), pictures: []).overview.source
    #expect(overview.contains("published cells"))
    #expect(index.contains(overview))
    // The report is the one that `report` writes.
    let source = folder.path("results/quick")
    let report = try ReportWriter(results: results).documents(in: source).texts.first {
      $0.name == "report.html"
    }
    #expect(try text("dsprites/quick/report.html") == report?.text)
    let all = try text("observations.csv").split(separator: "\n")
    let parts = try ["quick", "desk"].map {
      try text("dsprites/\($0)/observations.csv").split(separator: "\n")
    }
    #expect(all == parts[0] + parts[1].dropFirst())
  }

  @Test func `equal results give equal bytes, and nothing is written twice`() throws {
    try write(["quick"])
    let digests = try digests()
    func times() throws -> [String: Double] {
      Dictionary(
        uniqueKeysWithValues: try digests.keys.filter { $0 != "site.json" }.map {
          ($0, try files.status(of: Paths.join(site, $0), followingLinks: false).modified)
        })
    }
    let before = try times()
    try write(["quick"])
    #expect(try self.digests() == digests)
    #expect(try times() == before)
    try files.removeTree(site)
    try write(["quick"])
    #expect(try self.digests() == digests)
  }

  @Test func `a folder that is no site is left alone`() throws {
    try folder.file("site/notes.txt", "mine".utf8)
    func refusal() -> String? {
      do {
        _ = try SiteWriter(site)
        return nil
      } catch { return "\(error)" }
    }
    let message =
      "cannot write a site to \(site): it is there already, and 'retable site' has not made it. "
      + "Name a folder that is not there or is empty, or remove this one."
    #expect(refusal() == message)
    for list in ["", "[]", "{\"files\": []}", "{\"format\": \"retable site\", \"files\": 3}"] {
      try folder.file("site/site.json", list.utf8)
      #expect(refusal() == message, "\(list)")
    }
    try files.removeTree(folder.path("site/site.json"))
    #expect(try files.files(below: site) == ["notes.txt"])
    try files.removeTree(site)
    try folder.file("site", "a file".utf8)
    #expect(refusal() == message)
    try files.removeTree(site)
    try files.makeDirectories(site)
    #expect(refusal() == nil, "an empty folder is nobody's")
  }

  @Test func `what is no longer there goes, and what others put there stays`() throws {
    try write(["quick", "desk"])
    try folder.file("site/CNAME", "tables.example.org\n".utf8)
    try folder.file("site/dsprites/desk/figures/mine.txt", [])
    try write(["quick"])
    let places = Self.parts.map { "dsprites/quick/\($0)" }
    #expect(
      try files.files(below: site)
        == ["CNAME", "dsprites/desk/figures/mine.txt"] + places + [
          "index.html", "observations.csv", "site.json",
        ])
  }

  @Test func `a killed run is continued by the next one`() throws {
    var killed = try SiteWriter(site)
    try add(["quick", "desk"], to: &killed)
    try folder.file("site/.index.html.4194000-x.partial", "half".utf8)
    #expect(try !files.exists(folder.path("site/index.html")))
    try write(["desk"])
    let names = try files.files(below: site)
    #expect(names.filter { $0.contains("quick") || $0.contains("partial") } == [])
    #expect(names.contains("index.html") && names.contains("dsprites/desk/report.html"))
  }

  @Test func `nothing outside the folder is written or removed`() throws {
    try folder.file("precious", "precious".utf8)
    try folder.file("elsewhere/desk/report.html", "precious".utf8)
    try write(["quick"])
    let list: JSON = [
      "format": "retable site",
      "files": [
        "../precious", "/etc/hostname", "a//b", "linked/desk/report.html", "dsprites", ".", "", "a\u{0}b",
      ],
    ]
    try folder.file("site/site.json", list.canonical.utf8)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("site/linked"), withDestinationPath: folder.path("elsewhere"))
    try write(["quick"])
    #expect(try files.text(of: folder.path("precious")) == "precious")
    #expect(try files.text(of: folder.path("elsewhere/desk/report.html")) == "precious")

    try files.removeTree(folder.path("site/dsprites/quick"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("site/dsprites/quick"), withDestinationPath: folder.path("elsewhere/desk"))
    let error = #expect(throws: FileError.self) { try write(["quick"]) }
    #expect(
      error?.description
        == "cannot write to \(site)/dsprites/quick: it is a link or a file, and a site has a folder there. Remove it."
    )
    #expect(try files.files(below: folder.path("elsewhere")) == ["desk/report.html"])
    #expect(try files.text(of: folder.path("elsewhere/desk/report.html")) == "precious")
  }

  @Test func `no text of a table becomes an element of the index`() throws {
    let attack = "<script>alert(\"x\")</script>&'\u{1B}"
    try write(["quick"]) { results in
      results.experiment.title = attack
      results.experiment.source = Source(paper: attack, place: attack)
      for index in results.experiment.rows.indices { results.experiment.rows[index].label = attack }
      for index in results.experiment.columns.indices { results.experiment.columns[index].label = attack }
      results.provenance = ["device": attack, "processor": attack]
    }
    let index = try text("index.html")
    #expect(!index.contains("<script") && !index.contains("\u{1B}"))
    #expect(index.contains("<h2>&lt;script&gt;"))
  }

  @Test func `addresses are written in codes where they have to be`() {
    #expect(HTML.address("dsprites/quick/table.md").source == "dsprites/quick/table.md")
    #expect(HTML.address("a b#?%\"<é:").source == "a%20b%23%3F%25%22%3C%C3%A9%3A")
  }
}
