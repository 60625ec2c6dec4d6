import ArgumentParser

struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page.",
    discussion: "In the format mdoc: 'retable manual | man -l -' shows it.", shouldDisplay: false)

  func run() throws {
    Terminal.print(ManualPage(root: try CommandInfo.root()).text, terminator: "")
  }
}
