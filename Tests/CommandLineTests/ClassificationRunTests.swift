import Files
import Foundation
import Results
import TestSupport
import Testing

/// Whole runs of a small table of CIFAR-10's kind, on images that anyone can tell apart.
@Suite(.serialized) struct ClassificationRunTests {
  private func program() throws -> Program {
    var program = try Program()
    program.environment["RETABLE_DATA"] = program.folder.path("data")
    try program.manifest(
      "small",
      StripedTable.manifest(
        columns: """
            - {id: wrong, label: Errors, unit: "%", better: lower, metric: error-rate,
               rows: [kmeans, gan, constant],
               classifier: {kind: l2-svm, folds: 0, held-out: 100, C: [0.001, 0.01]}}
          """,
        rows: """
            - {id: gan, label: GAN, published: {all: 90},
               representation: {kind: dcgan, images: cifar10, widths: [4, 4, 4, 4, 4, 4], latents: 4, batch: 8, updates: 3}}
            - {id: pixels, label: Pixels, group: control, representation: pixels}
          expect:
            - kmeans > constant on all
            - kmeans < constant on wrong
          """))
    return program
  }

  private func results(_ program: Program) throws -> TableResults {
    try TableResults(file: program.folder.path("Results/small/quick/results.h5"))
  }

  @Test func imagesBecomeATableAndRowsCanBeRecordedOneByOne() throws {
    let program = try program()
    let missing = try program.run("run", "small")
    #expect(missing.code == 6, "\(missing.errors)")
    #expect(missing.errors.contains("'retable data fetch cifar10' downloads it"))
    // What nothing can be done about now is one line for each step that failed, not one for each step that is lost.
    let skipped = missing.errors.split(separator: "\n").filter { $0.hasPrefix("skip") }
    #expect(
      skipped.count <= 2
        && skipped.contains { $0.hasSuffix(" steps for want of 'images of cifar10, train'") }, "\(skipped)")
    try program.stripedImages()

    #expect(try program.run("run", "small", "--record").code == 2, "there is nothing to choose")
    let shown = try program.run("run", "small", "--row", "kmeans")
    #expect(shown.code == 0, "\(shown.errors)")
    #expect(!FileManager.default.fileExists(atPath: program.folder.path("Results")))
    let recorded = try program.run("run", "small", "--row", "kmeans", "--record")
    #expect(recorded.code == 0, "\(recorded.errors)")
    #expect(recorded.output.hasSuffix("written to Results/small/quick\n"))
    var results = try results(program)
    #expect(results.cells.map(\.row) == ["kmeans", "kmeans", "kmeans", "kmeans"])
    #expect(results.experiment.rows.count == 4, "the others stand as not measured")
    let table = try POSIXFileSystem().text(of: program.folder.path("Results/small/quick/table.md"))
    #expect(table.contains("not measured"))

    // What is left open is no fault, and measuring it is not asked for.
    let files = try program.run("check", "small", "--recorded")
    #expect(files.code == 0, "\(files.output)")
    #expect(files.output.contains("Not measured, and left out: constant, gan, pixels.\n"), "\(files.output)")
    let again = try program.run("check", "small")
    #expect(again.code == 0, "\(again.output)")
    #expect(again.output.contains("4 same"), "\(again.output)")

    // The next row joins the recorded one.
    #expect(try program.run("run", "small", "--row", "pixels", "--record").code == 0)
    results = try self.results(program)
    // One column is about other rows.
    #expect(
      results.cells.map(\.row) == ["kmeans", "kmeans", "kmeans", "kmeans", "pixels", "pixels", "pixels"])
    // Rows that another store lacks stay as they were recorded, with all that is known of them.
    let other = try program.run("run", "small", "--row", "constant", "--record", "--store", "elsewhere")
    #expect(other.code == 0, "\(other.errors)")
    let merged = try self.results(program)
    #expect(Set(merged.cells.map(\.row)) == ["kmeans", "pixels", "constant"])
    for cell in results.cells { #expect(merged.cell(cell.row, cell.column) == cell) }
    let report = try JSON(
      parsing: POSIXFileSystem().contents(of: program.folder.path("Results/small/quick/run.json")))
    let labels = report["steps"]?.array?.compactMap { $0["label"]?.string } ?? []
    #expect(
      labels.contains("dictionary of kmeans, repeat 1") && labels.contains("features of constant"),
      "\(labels)")
    #expect(try program.run("check", "small", "--recorded").code == 0)

    // Where the manifest asks for something else by now, a row that is recorded is not written over with nothing.
    let manifest = program.folder.path("Experiments/small.yaml")
    let text = try POSIXFileSystem().text(of: manifest)
    try DurableFile.write(text.replacing("seed: 3", with: "seed: 4"), to: manifest)
    let changed = try program.run("run", "small", "--row", "constant", "--record", "--store", "elsewhere")
    #expect(changed.code == 2)
    #expect(
      changed.errors.hasSuffix(
        "measured in another way than the manifest now says or on other images, and the store has not what the manifest says; "
          + "add --row kmeans, or take such rows (2 of them) out of the table with --drop-outdated\n"),
      "\(changed.errors)")
    #expect(changed.errors.hasPrefix("error: "), "it is known before anything runs")
    let filters = program.folder.path("Results/small/quick/figures/filters-kmeans.png")
    #expect(FileManager.default.fileExists(atPath: filters))
    let dropped = try program.run(
      "run", "small", "--row", "constant", "--record", "--drop-outdated", "--store", "elsewhere")
    #expect(dropped.code == 0, "\(dropped.errors)")
    #expect(!FileManager.default.fileExists(atPath: filters), "a picture of a row that is no more")
    #expect(try program.run("check", "small", "--recorded").code == 0)
    try DurableFile.write(text, to: manifest)

    let whole = try program.run("run", "small")
    #expect(whole.code == 0, "\(whole.errors)")
    results = try self.results(program)
    #expect(results.cells.count == 15)
    let accuracy = try #require(results.cell("kmeans", "all")?.values.first)
    #expect(accuracy > 80, "colours and stripes are easy: \(accuracy)")
    #expect(results.cell("constant", "all")?.values == [10], "300 test images, 30 of each class")
    let few = try #require(results.cell("kmeans", "few")?.repeats.first)
    guard case .answers(let answers) = few.outcomes else {
      Issue.record("no answers were kept")
      return
    }
    #expect(answers.labelled?.first?.count == 200)
    #expect(few.selection?.draws.count == 2)
    // Errors and accuracy are two statistics of one fit.
    let (all, wrong) = (results.cell("kmeans", "all"), results.cell("kmeans", "wrong"))
    #expect(all?.repeats.first?.source == wrong?.repeats.first?.source)
    #expect(abs(try #require(wrong?.values.first) - (100 - accuracy)) < 1e-9)
    #expect(few.source != all?.repeats.first?.source)
    #expect(results.cell("kmeans", "units")?.values == [16])
    #expect(try program.run("check", "small").code == 0)
  }

  /// A dictionary is learned once for rows that assign by it in several ways, and so is its picture drawn.
  @Test func aPictureIsShownOnceAndOfMeasuredRowsAlone() throws {
    let program = try program()
    let manifest = program.folder.path("Experiments/small.yaml")
    let rows = "expect:\n"
    let text = try POSIXFileSystem().text(of: manifest)
    #expect(text.components(separatedBy: rows).count == 2)
    try DurableFile.write(
      text.replacing(
        rows,
        with: "  - {id: hard, extends: kmeans, label: Hard, set: {representation.assignment: hard}}\n\(rows)"),
      to: manifest)
    try program.stripedImages()
    func filters() throws -> [String] {
      try POSIXFileSystem().sortedNames(in: program.folder.path("Results/small/quick/figures")).filter {
        $0.hasPrefix("filters-")
      }
    }
    let hard = try program.run("run", "small", "--row", "hard", "--record")
    #expect(hard.code == 0, "\(hard.errors)")
    #expect(try filters() == ["filters-hard.png"])
    let both = try program.run("run", "small", "--row", "kmeans", "--row", "hard", "--record")
    #expect(both.code == 0, "\(both.errors)")
    #expect(try filters() == ["filters-kmeans.png"])
  }

  @Test func aDeclaredDifferenceOfTheDataStandsUnderTheTable() throws {
    let program = try program()
    let none = try program.run("data", "declare", "cifar10", "anything")
    #expect(none.code == 6)
    #expect(none.errors.contains("cifar10 is not in \(program.folder.path("data"))"))
    #expect(try program.run("data", "declare", "cifar10").code == 2)
    try program.stripedImages()
    #expect(try program.run("run", "small", "--row", "constant", "--record").code == 0)
    let plain = try results(program)
    let declared = try program.run("data", "declare", "cifar10", "drawn by a formula,", "not photographed")
    #expect(
      declared.output
        == "cifar10 (cifar-10-batches-bin): deviates: drawn by a formula, not photographed\n")
    let listed = try program.run("data", "list")
    #expect(listed.output.contains("cifar10 deviates: drawn by a formula, not photographed\n"))

    let run = try program.run("run", "small", "--row", "constant", "--record")
    #expect(run.errors.contains("nothing to run"), "the numbers do not depend on it")
    let marked = try results(program)
    #expect(marked.cells == plain.cells)
    #expect(marked.provenance["deviation cifar10"] == "drawn by a formula, not photographed")
    let table = try POSIXFileSystem().text(of: program.folder.path("Results/small/quick/table.md"))
    #expect(table.contains("[^1]: drawn by a formula, not photographed\n"))

    #expect(
      try program.run("data", "declare", "cifar10", "--none").output.hasSuffix(
        "taken for the published set\n"))
    #expect(try program.run("run", "small", "--row", "constant", "--record").code == 0)
    #expect(try results(program) == plain)
  }
}
