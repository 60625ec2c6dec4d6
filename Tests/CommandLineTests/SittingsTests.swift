import Files
import Results
import Testing

/// A row that is measured one repeat at a time, by machines that know nothing of each other's stores.
struct SittingsTests {
  private func results(_ program: Program) throws -> TableResults {
    try TableResults(file: program.folder.path("Results/tiny/quick/results.h5"))
  }

  @Test func repeatsOfSeveralSittingsMakeTheRowOfOne() throws {
    let program = try Program()
    try program.tinyTable(updates: 8)
    try program.takeImages()

    let first = try program.run("run", "tiny", "--row", "vae", "--repeat", "2", "--record")
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.output.contains("(1 of 2 repeats)"), "\(first.output)")
    let begun = try results(program)
    #expect(begun.cells.map(\.row) == ["vae", "vae"])
    #expect(begun.cells.allSatisfy { $0.repeats.map(\.repetition) == [1] })
    #expect(begun.curves.map(\.repetition) == [1])
    #expect(begun.begunRows == ["vae": [1]])

    // What is open is said and not asked for.
    let files = try program.run("check", "tiny", "--recorded")
    #expect(files.code == 0, "\(files.output)")
    #expect(
      files.output.contains("Not measured, and left out: truth, pixels, beta, repeat 1 of vae.\n"),
      "\(files.output)")
    let again = try program.run("check", "tiny")
    #expect(again.code == 0, "\(again.output)")
    #expect(again.output.contains("2 cells: 2 same."), "\(again.output)")

    let second = try program.run(
      "run", "tiny", "--row", "vae", "--repeat", "1", "--record", "--store", "elsewhere")
    #expect(second.code == 0, "\(second.errors)")
    let merged = try results(program)
    #expect(merged.begunRows.isEmpty)
    #expect(merged.curves.map(\.repetition) == [0, 1])
    for cell in begun.cells {
      let both = try #require(merged.cell(cell.row, cell.column))
      #expect(both.repeats.map(\.repetition) == [0, 1])
      #expect(both.repeats.last == cell.repeats.first)
    }

    // All at once, in the second sitting's store, comes to the same.
    let whole = try program.run(
      "run", "tiny", "--row", "vae", "--record", "--store", "elsewhere", "--results", "whole")
    #expect(whole.code == 0, "\(whole.errors)")
    let path = program.folder.path("begun.h5")
    try begun.save(to: path)
    let gained = try program.run("diff", path, "Results/tiny/quick/results.h5")
    #expect(gained.output.contains("2 new"), "\(gained.output)")
    let once = try TableResults(file: program.folder.path("whole/tiny/quick/results.h5"))
    #expect(once.cells == merged.cells)
    #expect(once.curves == merged.curves)

    // Nobody loses a recorded repeat by measuring another one in another way.
    let manifest = program.folder.path("Experiments/tiny.yaml")
    let text = try POSIXFileSystem().text(of: manifest)
    try DurableFile.write(text.replacing("updates: 8", with: "updates: 9"), to: manifest)
    let other = try program.run("run", "tiny", "--row", "vae", "--repeat", "1", "--record")
    #expect(other.code == 2)
    #expect(other.errors.contains("leave out --repeat, or take such rows (1 of them)"), "\(other.errors)")
    #expect(try results(program) == merged)
    try DurableFile.write(text, to: manifest)

    // A column that the manifest gives up goes, and takes no row with it.
    let shorter = try #require(text.split(separator: "\n").first { $0.contains("id: mig") })
    try DurableFile.write(text.replacing("\(shorter)\n", with: ""), to: manifest)
    let fewer = try program.run("run", "tiny", "--row", "vae", "--record", "--results", "whole")
    #expect(fewer.code == 0, "\(fewer.errors)")
    #expect(
      try TableResults(file: program.folder.path("whole/tiny/quick/results.h5")).cells
        == merged.cells.filter { $0.column == "score" })
    try DurableFile.write(text, to: manifest)

    // A column that lacks a repeat which others have is a fault, and so told.
    var damaged = merged
    damaged.cells[0].repeats.removeLast()
    try damaged.save(to: program.folder.path("Results/tiny/quick/results.h5"))
    let lost = try program.run("check", "tiny", "--recorded")
    #expect(lost.code == 3)
    #expect(
      lost.output.contains("row vae, column score: 1 of 2 repeats were measured"), "\(lost.output)")
  }

  @Test func aRepeatThatIsNotThereIsRefused() throws {
    let program = try Program()
    try program.tinyTable(updates: 8)
    for number in ["0", "3"] {
      let outcome = try program.run("run", "tiny", "--row", "vae", "--repeat", number)
      #expect(outcome.code == 2)
      #expect(
        outcome.errors.contains(
          "error: row 'vae' has no repeat \(number); it has 2 repeats in quick, counted from 1"),
        "\(outcome.errors)")
    }
    let lonely = try program.run("run", "tiny", "--repeat", "1")
    #expect(lonely.code == 2)
    #expect(lonely.errors.contains("--repeat goes with --row"), "\(lonely.errors)")
  }
}
