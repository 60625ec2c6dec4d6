import Foundation
import Manifest
import Testing

@Suite struct IncludeTests {
  /// Runs `body` in a folder with the given files.
  private func folder(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "manifest-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    try body(folder.path)
  }

  private func problems(_ path: String) -> [String] {
    do {
      _ = try ManifestFile.load(path: path, vocabulary: vocabulary)
      return []
    } catch let error as ManifestError {
      let folder = (path as NSString).deletingLastPathComponent + "/"
      return error.diagnostics.map {
        "\($0.file.replacingOccurrences(of: folder, with: "")):\($0.line):\($0.column): \($0.message)"
      }
    } catch {
      return ["\(error)"]
    }
  }

  private let rows = """
    include: [shared/protocol.yaml, shared/more.yaml]
    table: x
    source: {place: Table 2}
    rows:
      - {id: truth, label: Truth, representation: truth}

    """
  private let columns = "columns:\n  - {id: mig, label: MIG, metric: mig}\n"

  @Test func mappingsAreMergedAndTheIncluderWins() throws {
    let protocolText =
      "title: Shared\nsource: {paper: A paper, place: Table 1}\ndataset: {kind: dsprites, size: 32}\n"
    try folder([
      "x.yaml": rows, "shared/protocol.yaml": protocolText + columns,
      "shared/more.yaml": "repeats: 4\ndataset: {size: 16}\n",
    ]) { folder in
      let experiment = try ManifestFile.load(path: folder + "/x.yaml", vocabulary: vocabulary).experiment(
        .desk)
      #expect(experiment.title == "Shared")
      #expect(experiment.source == Source(paper: "A paper", place: "Table 2"))
      #expect(experiment.repeats == 4)
      // The later of two files wins.
      #expect(experiment.dataset.parameters["size"] == 16)
      #expect(experiment.columns.map(\.id) == ["mig"])
    }
  }

  @Test func includedFilesInclude() throws {
    try folder([
      "x.yaml": rows, "shared/protocol.yaml": "include: deeper.yaml\n" + columns,
      "shared/more.yaml": "repeats: 4\n",
      "shared/deeper.yaml": "title: Deep\nsource: {paper: p}\ndataset: dsprites\n",
    ]) { folder in
      let manifest = try ManifestFile.load(path: folder + "/x.yaml", vocabulary: vocabulary)
      #expect(manifest.title == "Deep")
    }
  }

  /// A table that includes another one and has rows of its own instead.
  @Test func whatIsAboutRowsOfAnotherTableIsLeftOut() throws {
    let other = """
      title: Other
      source: {paper: A paper, place: Table 1}
      dataset: dsprites
      columns:
        - {id: mig, label: MIG, better: higher, metric: mig}
        - {id: theirs, label: Theirs, metric: mig, rows: [pca, ica]}
        - {id: some, label: Some, metric: mig, rows: [pca, truth]}
      rows:
        - {id: pca, label: PCA, representation: truth}
        - {id: ica, label: ICA, representation: truth}
        - {id: truth, label: Truth, representation: truth}
      expect:
        - pca > ica on mig
        - truth > pca on mig
        - truth > also on mig
        - truth > also on some

      """
    let own = """
      include: [other.yaml]
      table: x
      rows:
        - {id: truth, label: Truth, representation: truth}
        - {id: also, label: Also, representation: truth}

      """
    try folder(["x.yaml": own, "other.yaml": other]) { folder in
      let experiment = try ManifestFile.load(path: folder + "/x.yaml", vocabulary: vocabulary).experiment(
        .quick)
      #expect(experiment.rows.map(\.id) == ["truth", "also"])
      #expect(experiment.columns.map(\.id) == ["mig", "some"])
      #expect(experiment.columns.map(\.rows) == [nil, ["truth"]])
      #expect(experiment.expectations.map(\.right) == ["also"])
      #expect(experiment.expectations.map(\.column) == ["mig"])
    }
    // In the table itself a row that is not there is an error.
    try folder([
      "x.yaml": own.replacing("table: x\n", with: "table: x\nexpect: [pca > truth on mig]\n"),
      "other.yaml": other,
    ]) { folder in
      #expect(problems(folder + "/x.yaml") == ["x.yaml:3:10: there is no row `pca`"])
    }
    try folder(["other.yaml": other]) { folder in
      #expect(problems(folder + "/other.yaml").contains("other.yaml:15:13: there is no row `also`"))
    }
  }

  @Test func problemsPointIntoTheRightFile() throws {
    try folder([
      "x.yaml": rows, "shared/protocol.yaml": "title: t\nsource: {papr: p}\ndataset: dsprits\n" + columns,
      "shared/more.yaml": "repeats: [\n",
    ]) { folder in
      #expect(
        problems(folder + "/x.yaml") == [
          "shared/more.yaml:2:1: not YAML: did not find expected node content (while parsing a flow node, from line 2)",
          "shared/protocol.yaml:2:10: a source has no key `papr`",
          "shared/protocol.yaml:3:10: there is no data set `dsprits`",
        ])
    }
  }

  @Test func cycles() throws {
    try folder([
      "x.yaml": rows, "shared/protocol.yaml": "include: [../x.yaml]\n" + columns,
      "shared/more.yaml": "include: more.yaml\ntitle: t\nsource: {paper: p}\ndataset: dsprites\n",
    ]) { folder in
      #expect(
        problems(folder + "/x.yaml") == [
          "shared/more.yaml:1:10: files include each other: more.yaml -> more.yaml",
          "shared/protocol.yaml:1:11: files include each other: x.yaml -> protocol.yaml -> x.yaml",
        ])
    }
  }

  @Test func cyclesAreSeenHoweverTheyAreWritten() throws {
    try folder([
      "x.yaml": "include: shared/../shared/link/y.yaml\n", "shared/y.yaml": "include: link/y.yaml\n",
    ]) {
      folder in
      try FileManager.default.createSymbolicLink(atPath: folder + "/shared/link", withDestinationPath: ".")
      let found = problems(folder + "/x.yaml")
      #expect(found.contains { $0.hasSuffix("files include each other: y.yaml -> y.yaml") }, "\(found)")
    }
  }

  @Test func filesAreCountedAsOftenAsTheyAreRead() throws {
    var files = ["x.yaml": "include: [a1.yaml, a1.yaml]\n", "a25.yaml": "title: t\n"]
    for level in 1...24 { files["a\(level).yaml"] = "include: [a\(level + 1).yaml, a\(level + 1).yaml]\n" }
    try folder(files) { folder in
      let found = problems(folder + "/x.yaml")
      #expect(found.contains { $0.hasSuffix("a manifest includes at most 64 files") }, "\(found)")
    }
  }

  @Test func onlyFilesOfAManifestsSizeAreRead() throws {
    try folder([
      "x.yaml": "include: [/dev/zero, pipe, big.yaml]\n", "big.yaml": String(repeating: "#", count: 1 << 21),
    ]) {
      folder in
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      let found = problems(folder + "/x.yaml").filter { $0.hasPrefix("x.yaml:1:") }
      #expect(
        found.contains(
          "x.yaml:1:11: the file `/dev/zero` cannot be read: it is a pipe or a device, not a file"))
      #expect(
        found.contains("x.yaml:1:22: the file `pipe` cannot be read: it is a pipe or a device, not a file"))
      #expect(
        found.contains(
          "x.yaml:1:28: the file `big.yaml` cannot be read: it has more than 1048576 bytes, as no manifest has"
        ))
    }
  }

  @Test func missingFiles() throws {
    try folder(["x.yaml": rows.replacingOccurrences(of: "shared/more.yaml", with: "3.5, [a]")]) { folder in
      let found = problems(folder + "/x.yaml")
      #expect(
        found.contains("x.yaml:1:11: the file `shared/protocol.yaml` cannot be read: there is no such file"))
      #expect(found.contains("x.yaml:1:33: the file `3.5` cannot be read: there is no such file"))
      #expect(found.contains("x.yaml:1:38: `include` must be a list of file names, but has a list"))
      #expect(
        found.count == 3, "what the missing files would have said is no error of the manifest: \(found)")
    }
  }
}
