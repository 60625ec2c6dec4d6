import Files
import Foundation
import Results
import TestSupport
import Testing

/// Replays docs/add-an-ablation.md and docs/own-project.md: what a newcomer reads there is what happens.
@Suite(.serialized) struct WalkthroughTests {
  private static let docs = Paths.join(Paths.parent(of: #filePath), "../../docs")

  private let files = POSIXFileSystem()

  private func program() throws -> Program {
    var program = try Program()
    program.environment["PATH"] =
      "\(Paths.parent(of: Program.path)):\(program.environment["PATH"] ?? "/usr/bin:/bin")"
    return program
  }

  @Test func `adding an ablation goes as its page says`() throws {
    let program = try program()
    let manifest = try files.text(of: "\(Self.docs)/example/Experiments/shapes.yaml")
    try program.manifest("shapes", manifest)
    let page = Walkthrough(try files.text(of: "\(Self.docs)/add-an-ablation.md"))
    var status: Int32 = 0
    var commands = 0
    for step in page.steps {
      switch step {
      case .manifest(let lines): try program.manifest("shapes", manifest + "\n" + lines)
      case .file(let name, _): Issue.record("this page writes no \(name)")
      case .command("echo $?", let output): #expect(output == ["\(status)"])
      case .command(let command, let output):
        let outcome = try program.shell(command)
        (status, commands) = (outcome.code, commands + 1)
        let missing = Walkthrough.missing(output, in: outcome.output)
        #expect(missing.isEmpty, "\(command) printed\n\(outcome.output)")
      }
    }
    #expect(status == 0)
    #expect(commands == 7)
    #expect(page.steps.count == 10)
  }

  @Test func `a project in an empty folder goes as its page says`() throws {
    let folder = try TemporaryDirectory()
    var program = try program()
    program.workingFolder = folder.path
    let page = Walkthrough(try files.text(of: "\(Self.docs)/own-project.md"))
    for step in page.steps {
      switch step {
      case .manifest(let lines): Issue.record("this page changes no manifest, but has\n\(lines)")
      case .file(let name, let text): try folder.file(name, text.utf8)
      case .command(let command, let output):
        let outcome = try program.shell(command)
        #expect(outcome.code == 0, "\(command) printed\n\(outcome.output)")
        let missing = Walkthrough.missing(output, in: outcome.output)
        #expect(missing.isEmpty, "\(command) printed\n\(outcome.output)")
        // A listing is shown as a whole.
        if command.hasPrefix("ls") { #expect(outcome.output == output.map { $0 + "\n" }.joined()) }
      }
    }
    #expect(page.steps.count == 12)
    let results = try TableResults(file: folder.path("Results/widths/quick/results.h5"))
    #expect(results.experiment.rows.map(\.published.count) == [1, 0, 0])
    #expect(results.openRows.isEmpty)
  }

  @Test func `a page that shows something else is found out`() {
    let output =
      "d9ffc82b9640  run: new    train a, repeat 1  1 core, 1.5 GiB, 5 min\n\n3 steps: 1 cached, 2 to run\n"
    func missing(_ lines: String...) -> [String] { Walkthrough.missing(lines, in: output) }
    #expect(
      missing("000000000000  run: other  train a, repeat 1  2 cores, 90 s") == [
        "000000000000  run: other  train a, repeat 1  2 cores, 90 s"
      ])
    #expect(missing("000000000000  run: new  train a, repeat 1  2 cores, 90 s").isEmpty)
    #expect(missing("3 steps: 1 cached, 2 to run, about 4 min on 9 cores").isEmpty)
    #expect(missing("3 steps: 2 cached, 1 to run") == ["3 steps: 2 cached, 1 to run"])
    #expect(missing("3 steps: 1 cached", "run: train a") == ["run: train a"], "order counts")
    #expect(missing("d9ffc82b9640  cached  train a, repeat 1").count == 1)
    #expect(
      Walkthrough.missing(
        ["VAE  61.58 ± 0.5  25.0 ± 1.4  −36.6  close"], in: "VAE  61.58 ± 0.5  25.1 ± 1.5  −36.5  close"
      ).isEmpty)
    #expect(Walkthrough.missing(["VAE  25.0  close"], in: "VAE  25.0  differs").count == 1)
  }
}
