import Files
import Foundation
import Results
import Testing

/// `check`, `diff` and `accept` on a table that was really measured.
@Suite(.serialized) struct CheckTests {
  private func measured() throws -> Program {
    let program = try Program()
    try program.tinyTable(updates: 8)
    try program.takeImages()
    #expect(try program.run("run", "tiny").code == 0)
    return program
  }

  /// Changes the committed results, as another version of the code would have left them.
  private func change(_ program: Program, _ body: (inout TableResults) throws -> Void) throws {
    let path = program.folder.path("Results/tiny/quick/results.h5")
    var results = try TableResults(file: path)
    try body(&results)
    try results.save(to: path)
  }

  @Test func whatIsThereComparesWithItself() throws {
    let program = try measured()
    let artifacts = try POSIXFileSystem().files(below: program.folder.path("store"))
    let summary = program.folder.path("summary.md")
    try DurableFile.write("# Job\n", to: summary)
    let outcome = try program.run(
      "check", "tiny", "--summary", summary, "--json", program.folder.path("check.json"))
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("## Fine: tiny, quick profile"))
    #expect(outcome.output.contains("8 cells: 8 same."))
    #expect(try POSIXFileSystem().text(of: summary).hasPrefix("# Job\n## Fine: tiny"))
    let json = try JSON(parsing: POSIXFileSystem().contents(of: program.folder.path("check.json")))
    #expect(json["verdict"]?.string == "fine")
    #expect(try program.run("check").code == 0, "every table that has results")
    #expect(try program.run("check", "tiny", "--recorded").code == 0)
    #expect(
      try POSIXFileSystem().files(below: program.folder.path("store")) == artifacts, "checking writes nothing"
    )
  }

  @Test func aCellThatWasBetterBeforeIsARegression() throws {
    let program = try measured()
    try change(program) { results in
      let index = try #require(results.cells.firstIndex { $0.row == "vae" && $0.column == "score" })
      for repetition in results.cells[index].repeats.indices {
        results.cells[index].repeats[repetition].values = [99]
      }
    }
    let outcome = try program.run("check", "tiny")
    #expect(outcome.code == 3)
    #expect(outcome.output.contains("## Regressed: tiny, quick profile"))
    #expect(outcome.output.contains("1 worse"))
    let recorded = try program.run("check", "tiny", "--recorded")
    #expect(recorded.code == 3)
    #expect(
      recorded.output.contains(
        "row vae, column score, repeat 1: the value 99 does not follow from the answers"))
    #expect(recorded.output.contains("table.md is not what results.h5 gives"))

    let file = program.folder.path("Results/tiny/quick/results.h5")
    let former = program.folder.path("former.h5")
    try DurableFile.write(try POSIXFileSystem().contents(of: file), to: former)
    let accepted = try program.run("accept", "tiny", "--reason", "the probe was drawn anew")
    #expect(accepted.code == 0, "\(accepted.errors)")
    let log = try POSIXFileSystem().text(of: program.folder.path("Results/tiny/quick/accepted.jsonl"))
    let line = try JSON(parsing: Array(log.utf8))
    #expect(line["reason"]?.string == "the probe was drawn anew")
    #expect(line["comparison"]?["counts"]?["worse"] == 1)
    #expect(try program.run("check", "tiny").code == 0)

    let diff = try program.run("diff", former, file)
    #expect(diff.code == 0)
    #expect(diff.output.contains("| vae | score"))
    #expect(diff.output.contains("### Answers on the same test items"))
    #expect(try program.run("diff", former, file, "--json").output.contains(#""verdict":"regressed""#))
  }

  @Test func aCellThatIsBetterNowNeedsALook() throws {
    let program = try measured()
    try change(program) { results in
      let index = try #require(results.cells.firstIndex { $0.row == "truth" && $0.column == "score" })
      results.cells[index].repeats[0].values = [1]
    }
    #expect(try program.run("check", "tiny").code == 4)
  }

  @Test func withoutABaselineThereIsNothingToPass() throws {
    let program = try Program()
    try program.tinyTable(updates: 8)
    for arguments in [["check", "tiny"], ["check"], ["check", "tiny", "--recorded"]] {
      let outcome = try program.start(arguments).wait()
      #expect(outcome.code == 5)
      // The records of named tables are reported one by one, the readable ones too.
      #expect((outcome.output + outcome.errors).contains("'retable run"), "\(arguments)")
    }
  }

  /// Of several tables the worst decides, and the others are told of all the same.
  @Test func whatKeepsOneTableFromBeingCheckedHidesNoOther() throws {
    let program = try measured()
    try change(program) { results in
      let index = try #require(results.cells.firstIndex { $0.row == "vae" && $0.column == "score" })
      for repetition in results.cells[index].repeats.indices {
        results.cells[index].repeats[repetition].values = [99]
      }
    }
    let manifest = try POSIXFileSystem().text(of: program.folder.path("Experiments/tiny.yaml"))
    try program.manifest("another", manifest.replacing("table: tiny", with: "table: another"))
    let outcome = try program.run("check", "another", "none", "tiny", "tiny", "--json", "check.json")
    #expect(outcome.code == 3, "\(outcome.output)\(outcome.errors)")
    for text in [
      "## Cannot be checked: another, quick profile\n\ntable 'another' has no results in Results of the profile quick; "
        + "'retable run another' makes them\n",
      "## Cannot be checked: none, quick profile\n", "there is no table `none`",
      "## Regressed: tiny, quick profile",
    ] { #expect(outcome.output.contains(text), "\(outcome.output)") }
    let lines = try POSIXFileSystem().text(of: program.folder.path("check.json")).split(separator: "\n")
    let documents = try lines.map { try JSON(parsing: Array($0.utf8)) }
    #expect(documents.map { $0["table"]?.string } == ["another", "none", "tiny"])
    #expect(documents.last?["verdict"]?.string == "regressed")
    #expect(try program.run("check", "another", "none").code == 2)
  }

  @Test(arguments: ["--summary", "--json"])
  func anOutcomeThatCannotBeWrittenIsToldBeforeAnythingIsMeasured(_ option: String) throws {
    let program = try Program()
    try program.tinyTable()
    let outcome = try program.run("check", "tiny", option, "missing/file")
    #expect(outcome.code == 1)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("missing/file: No such file or directory"), "\(outcome.errors)")
  }

  @Test func aNewRowHasNoBaseline() throws {
    let program = try measured()
    let manifest = program.folder.path("Experiments/tiny.yaml")
    let row = "  - {id: noise, label: Noise, group: control, representation: noise}\nexpect:"
    try DurableFile.write(
      try POSIXFileSystem().text(of: manifest).replacing("expect:", with: row), to: manifest)
    let outcome = try program.run("check", "tiny")
    #expect(outcome.code == 5)
    #expect(outcome.output.contains("2 new"))
    let recorded = try program.run("check", "tiny", "--recorded")
    #expect(recorded.code == 3)
    #expect(
      recorded.output.contains("the manifest has changed since these results were recorded: rows noise"))
  }

  @Test func recordedFilesOfEveryProfileAreChecked() throws {
    let program = try measured()
    #expect(try program.run("run", "tiny", "--profile", "desk").code == 0)
    let table = program.folder.path("Results/tiny/desk/table.md")
    try DurableFile.write(try POSIXFileSystem().text(of: table) + "A word.\n", to: table)
    let all = try program.run("check", "--recorded")
    #expect(all.code == 3)
    #expect(all.output.contains("Fine: tiny, quick profile"), "\(all.output)")
    #expect(all.output.contains("1 problem: tiny, desk profile"), "\(all.output)")
    #expect(try program.run("check", "--recorded", "--profile", "quick").code == 0)
  }

  @Test func acceptWantsAReason() throws {
    let program = try Program()
    let outcome = try program.run("accept", "tiny", "--reason", " ")
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("--reason must say why the numbers change"))
  }

  @Test func diffNamesAFileThatIsNoResults() throws {
    let program = try Program()
    let path = program.folder.path("x.h5")
    try DurableFile.write("no HDF5", to: path)
    let outcome = try program.run("diff", path, path)
    #expect(outcome.code == 6)
    #expect(outcome.errors.contains(path))
  }
}
