/// `retable.1`, written from the definitions of the commands.
struct ManualPage {
  let root: CommandInfo

  var text: String {
    var lines = [
      ".\\\" Written by 'retable manual' from the definitions of the commands; 'make man' writes it anew.",
      ".Dd \(Version.date)", ".Dt RETABLE 1", ".Os", ".Sh NAME", ".Nm retable",
      ".Nd \(Self.description(root))", ".Sh SYNOPSIS",
    ]
    for leaf in leaves { lines += synopsis(leaf.path, leaf.command) }
    lines.append(".Sh DESCRIPTION")
    lines += Mdoc.paragraphs(root.discussion ?? "").drop { $0 == ".Pp" }
    lines += [
      ".Pp", "Every command prints its options with", ".Fl -help ;", ".Fl -version", "prints the version.",
    ]
    lines.append(".Sh COMMANDS")
    for leaf in leaves { lines += section(leaf.path, leaf.command) }
    lines += Self.closing
    return lines.joined(separator: "\n") + "\n"
  }

  private typealias Leaf = (path: [String], command: CommandInfo)

  /// Commands that do something, as opposed to those that hold others.
  private var leaves: [Leaf] { Self.leaves(of: root, path: []) }

  private static func leaves(of command: CommandInfo, path: [String]) -> [Leaf] {
    command.shownCommands.flatMap { child -> [Leaf] in
      let path = path + [child.commandName]
      return child.shownCommands.isEmpty ? [(path, child)] : leaves(of: child, path: path)
    }
  }

  private func synopsis(_ path: [String], _ command: CommandInfo) -> [String] {
    [".Nm", ".Cm \(path.joined(separator: " "))"] + command.ownArguments.map(Self.usage)
  }

  private static func usage(_ argument: ArgumentInfo) -> String {
    let value = argument.valueName ?? "value"
    let dots = argument.isRepeating ? " ..." : ""
    switch argument.kind {
    case .positional: return argument.isOptional ? ".Op Ar \(value)\(dots)" : ".Ar \(value)\(dots)"
    case .flag: return ".Op Fl -\(argument.preferredName?.name ?? value)"
    case .option: return ".Op Fl -\(argument.preferredName?.name ?? value) Ar \(value)\(dots)"
    }
  }

  private func section(_ path: [String], _ command: CommandInfo) -> [String] {
    var lines = [".Ss retable \(path.joined(separator: " "))"] + Mdoc.text(command.abstract ?? "")
    if let discussion = command.discussion { lines += Mdoc.paragraphs(discussion) }
    let arguments = command.ownArguments
    guard !arguments.isEmpty else { return lines }
    lines.append(".Bl -tag -width Ds")
    for argument in arguments { lines += item(argument) }
    return lines + [".El"]
  }

  private func item(_ argument: ArgumentInfo) -> [String] {
    let value = argument.valueName ?? "value"
    let head =
      switch argument.kind {
      case .positional: ".It Ar \(value)"
      case .flag: ".It Fl -\(argument.preferredName?.name ?? value)"
      case .option: ".It Fl -\(argument.preferredName?.name ?? value) Ar \(value)"
      }
    let abstract = argument.abstract ?? ""
    let stop = abstract.hasSuffix(".") || abstract.isEmpty ? "" : "."
    let fallback = argument.defaultValue.map { " The default is \($0)." } ?? ""
    let values = argument.allValues.map { " One of \($0.joined(separator: ", "))." } ?? ""
    return [head] + Mdoc.text(abstract + stop + values + fallback)
  }

  /// The line under NAME has no capital and no full stop.
  private static func description(_ command: CommandInfo) -> String {
    let text = command.abstract ?? ""
    return text.prefix(1).lowercased() + text.dropFirst().trimmingSuffix(".")
  }
}

extension StringProtocol {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : String(self)
  }
}
