import Files
import Foundation
import TestSupport
import Testing

/// Numbers and texts from the command line, and outputs that cannot be written.
@Suite struct UntrustedInputTests {
  private static let executing = [["run", "tiny"], ["check", "tiny"], ["accept", "tiny", "--reason", "x"]]
  /// Every option that is a number, with what else the command needs.
  private static let numbers: [(command: [String], option: String)] =
    executing.flatMap { command in
      [(command, "--jobs"), (command, "--memory")]
        + ["--slurm-time", "--slurm-poll"].map { (command + ["--executor", "slurm"], $0) }
    } + [(["worker"], "--requeues")]

  @Test func `a number that is none or out of range is a usage error`() throws {
    let program = try Program()
    try program.tinyTable()
    let values = ["nan", "inf", "-1", "1e30", "9223372036854775807"]
    for (command, option) in Self.numbers {
      for value in values {
        let outcome = try program.start(command + ["\(option)=\(value)"]).wait()
        #expect(outcome.code == 2, "\(command) \(option)=\(value): \(outcome.errors)")
        #expect(outcome.errors.contains(option))
      }
    }
  }

  @Test func `the table of numbers is complete`() throws {
    let program = try Program()
    let page = try program.run("manual").output
    let numeric = ["cores", "GiB", "minutes", "seconds"].filter { page.contains("Ar \($0)") }
    #expect(numeric.count == 4)
    for command in [
      "list", "describe", "validate", "plan", "status", "diff", "report", "explain", "store", "doctor",
    ] {
      let help = try program.run(command, "--help").output
      for unit in numeric { #expect(!help.contains("<\(unit)>"), "\(command)") }
    }
  }

  @Test func `a name that is not UTF-8 is called that`() throws {
    let program = try Program()
    let outcome = try program.shell("\(Program.path) validate $'Exp\\xff.yaml'")
    #expect(outcome.code == 2)
    #expect(
      outcome.output
        == "error: the argument 'Exp\\xff.yaml' is not UTF-8 text, which file names have to be here. Rename the file, "
        + "or reach it by a link with another name.\n")
  }

  @Test(arguments: [
    "list", "describe tiny", "validate", "schema", "manual", "--help", "store list", "status",
  ])
  func `output that cannot be written is an error`(command: String) throws {
    let program = try Program()
    try program.tinyTable()
    let full = try program.shell("\(Program.path) \(command) >/dev/full")
    #expect(full.code == 7)
    #expect(full.output.contains("error: cannot write to standard output: No space left on device"))
    let closed = try program.shell("\(Program.path) \(command) >&-")
    #expect(closed.code == 1)
    #expect(closed.output.contains("error: cannot write to standard output"))
  }

  @Test func `a reader that has seen enough is no error`() throws {
    let program = try Program()
    let outcome = try program.shell("\(Program.path) schema | head -n 1")
    #expect(outcome.output == "{\n")
  }

  @Test func `text from outside reaches no terminal as it is`() throws {
    let program = try Program()
    let outcome = try program.run("list", "--experiments", "\u{1B}]0;OWNED\u{7}")
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("␛]0;OWNED␇"))
    #expect(!outcome.errors.unicodeScalars.contains("\u{1B}"))
  }

  @Test func `two tables are not compared`() throws {
    let program = try Program()
    try program.tinyTable()
    try program.takeImages()
    let small = try POSIXFileSystem().text(of: program.folder.path("Experiments/tiny.yaml"))
    try program.manifest("other", small.replacing("table: tiny", with: "table: other"))
    for table in ["tiny", "other"] {
      // With the rows that need no training.
      let rows = ["--row", "truth", "--row", "pixels", "--record"]
      #expect(try program.start(["run", table] + rows).wait().code == 0)
    }
    let outcome = try program.run("diff", "Results/tiny/quick/results.h5", "Results/other/quick/results.h5")
    #expect(outcome.code == 2)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("these are two tables, 'tiny' and 'other'"))
  }
}
