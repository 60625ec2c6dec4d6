import ArgumentParser
import Console
import Files
import Foundation
import Pipeline

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the runs that are going on, from another terminal or machine.",
    discussion: """
      A run counts as going on while its process holds a kernel lock in the store; one that was killed is shown as ended.
      """)

  @OptionGroup var store: StoreOptions
  @Flag(help: "One JSON object a line instead.") var json = false

  func run() throws {
    let store = try store.opened
    let runs = store.runs()
    if json {
      for (status, isAlive) in runs {
        guard case .object(var members) = try JSON(encoding: status) else { continue }
        members["alive"] = .bool(isAlive)
        Terminal.print(JSON.object(members).canonical)
      }
      return
    }
    if runs.isEmpty { Terminal.print("no run is going on in \(store.root)") }
    for (status, isAlive) in runs { Terminal.print(text(status, isAlive)) }
  }

  private func text(_ status: RunStatus, _ isAlive: Bool) -> String {
    var lines = ["\(status.title), process \(status.process) on \(status.host), since \(status.started)"]
    let steps = "\(status.finished) of \(Say.count(status.total, "step"))"
    let failed = status.failed > 0 ? ", \(status.failed) failed" : ""
    guard isAlive else {
      lines.append(
        "  ended without a word after \(steps)\(failed), last heard of \(status.updated); 'retable run' continues it"
      )
      return lines.joined(separator: "\n")
    }
    lines.append(
      "  \(steps)\(failed), about \(Say.duration(status.secondsLeft)) left, as of \(status.updated)")
    for step in status.running {
      let share = Say.percent(step.fraction)
      lines.append(
        "  \(String(repeating: " ", count: max(0, 4 - share.count)))\(share)  \(step.label)"
          + (step.message.isEmpty ? "" : "  \(step.message)"))
    }
    return lines.joined(separator: "\n")
  }
}
