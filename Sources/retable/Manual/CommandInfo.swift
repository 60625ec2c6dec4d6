import ArgumentParser
import Foundation

/// What the command line says of itself: the same definitions that parse arguments and print help.
struct CommandInfo: Decodable {
  let commandName: String
  let abstract: String?
  let discussion: String?
  let shouldDisplay: Bool
  let subcommands: [CommandInfo]?
  let arguments: [ArgumentInfo]?

  /// The tree of all commands.
  static func root() throws -> CommandInfo {
    try JSONDecoder().decode(Tool.self, from: Data(Retable._dumpHelp().utf8)).command
  }

  private struct Tool: Decodable { let command: CommandInfo }

  var shownCommands: [CommandInfo] {
    (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  }

  /// Without those that every command has.
  var ownArguments: [ArgumentInfo] {
    (arguments ?? []).filter { $0.shouldDisplay && !["help", "version"].contains($0.valueName) }
  }
}

struct ArgumentInfo: Decodable {
  enum Kind: String, Decodable { case positional, option, flag }
  struct Name: Decodable {
    let kind: String
    let name: String
  }

  let kind: Kind
  let shouldDisplay: Bool
  let isOptional: Bool
  let isRepeating: Bool
  let preferredName: Name?
  let valueName: String?
  let abstract: String?
  let defaultValue: String?
  /// What may be given, where that is a few words.
  let allValues: [String]?
}
