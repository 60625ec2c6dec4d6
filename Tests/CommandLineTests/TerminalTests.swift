import Files
import Foundation
import TestSupport
import Testing

/// What a run looks like on a terminal: `script` makes one.
@Suite(
  .serialized,
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"),
    "there is no script(1) to make a terminal"))
struct TerminalTests {
  private func record(_ setting: String, width: Int = 90) throws -> String {
    var program = try Program()
    try program.tinyTable()
    program.environment["NO_COLOR"] = nil
    let command = "stty cols \(width) rows 30; env \(setting) \(Program.path) run tiny --row vae"
    let outcome = try program.shell("TERM=xterm script -qec '\(command)' /dev/null </dev/null")
    #expect(outcome.code == 0, "\(outcome.output)")
    return outcome.output
  }

  @Test func `a terminal gets bars in colour that never wrap`() throws {
    let output = try record("X=1")
    #expect(output.contains("\u{1B}[1m0 of "))
    #expect(output.contains("░"))
    #expect(output.contains("\u{1B}[2A\r\u{1B}[J") || output.contains("\u{1B}[3A\r\u{1B}[J"))
    // What stands between two line ends, without codes, fits.
    let lines = output.replacing(#/\u{1B}\[[0-9;]*[A-Za-z]/#, with: "").split(whereSeparator: \.isNewline)
    let live = lines.filter { $0.contains("░") }
    #expect(!live.isEmpty)
    #expect(live.allSatisfy { $0.count < 90 })
    #expect(!output.contains("start  "))
  }

  @Test func `NO_COLOR leaves the bars and takes the colours`() throws {
    let output = try record("NO_COLOR=1")
    #expect(output.contains("░"))
    #expect(output.matches(of: #/\u{1B}\[[0-9;]*m/#).isEmpty)
  }

  @Test func `a dumb terminal gets plain lines`() throws {
    let output = try record("TERM=dumb")
    #expect(output.contains("start  train vae, repeat 1"))
    #expect(!output.contains("\u{1B}"))
  }

  @Test func `quiet prints the table alone`() throws {
    let program = try Program()
    try program.tinyTable()
    try program.takeImages()
    let outcome = try program.run("run", "tiny", "--row", "vae", "--quiet")
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.hasPrefix("A table of seconds"))
  }

  @Test func `events are one JSON object a line`() throws {
    let program = try Program()
    try program.tinyTable()
    try program.takeImages()
    let outcome = try program.run("run", "tiny", "--row", "vae", "--events", "events.jsonl")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = try POSIXFileSystem().text(of: program.folder.path("events.jsonl")).split(separator: "\n")
    let events = try lines.map { line -> String in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["event"] as? String)
    }
    #expect(events.first == "planned")
    #expect(events.count { $0 == "started" } == events.count { $0 == "finished" })
  }

  @Test func `a reader of events that leaves ends the events and not the run`() throws {
    let program = try Program()
    try program.tinyTable()
    try program.takeImages()
    let outcome = try program.run(
      "run", "tiny", "--row", "truth", "--events", "/dev/fd/3", shell: "exec 3> >(exit); wait $!")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let warnings = outcome.errors.split(separator: "\n").filter { $0.contains("no more events are written") }
    #expect(
      warnings == [
        "warning: no more events are written: cannot write /dev/fd/3: Broken pipe (EPIPE). Whoever read it has left: "
          + "keep the reader running, or name a file."
      ])
  }
}
