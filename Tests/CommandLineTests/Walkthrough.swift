import Files
import Foundation

/// A page of documentation as a sequence of things to do: text to add to a manifest, and commands with what they print.
struct Walkthrough {
  enum Step {
    /// Lines for the end of the manifest; a later one takes the place of an earlier one.
    case manifest(String)
    /// A whole file, which its first line names: `# Experiments/_protocol.yaml`.
    case file(String, String)
    case command(String, output: [String])
  }

  let steps: [Step]

  /// Takes the blocks that are marked `yaml` and `console` out of Markdown.
  init(_ markdown: String) {
    var steps: [Step] = []
    var block: (language: String, lines: [String])?
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      guard line.hasPrefix("```") else {
        block?.lines.append(line)
        continue
      }
      guard let ended = block else {
        block = (String(line.dropFirst(3)), [])
        continue
      }
      switch ended.language {
      case "yaml":
        let text = ended.lines.joined(separator: "\n") + "\n"
        let name = ended.lines.first.flatMap { $0.hasPrefix("# Experiments/") ? $0.dropFirst(2) : nil }
        steps.append(name.map { .file(String($0), text) } ?? .manifest(text))
      case "console": steps += Self.commands(ended.lines)
      default: break
      }
      block = nil
    }
    self.steps = steps
  }

  private static func commands(_ lines: [String]) -> [Step] {
    var commands: [(String, [String])] = []
    for line in lines {
      if line.hasPrefix("$ ") {
        commands.append((String(line.dropFirst(2)), []))
      } else if !commands.isEmpty {
        commands[commands.count - 1].1.append(line)
      }
    }
    return commands.map { .command($0.0, output: $0.1) }
  }

  /// The shown lines that the real output lacks, in this order, with what may differ left out of both.
  static func missing(_ shown: [String], in output: String) -> [String] {
    var rest = output.split(separator: "\n").map(String.init)[...]
    var missing: [String] = []
    for line in shown where line != "…" && !essence(line).isEmpty {
      let words = essence(line)
      if let found = rest.firstIndex(where: { holds(words, in: essence($0)) }) {
        rest = rest[(found + 1)...]
      } else {
        missing.append(line)
      }
    }
    return missing
  }

  /// The words of a line without what another processor, another day or a further column may make different: identities,
  /// measured numbers, times, sizes, progress of a run whose steps end in another order, and the reason of a plan.
  static func essence(_ line: String) -> [String] {
    let words = line.split(whereSeparator: { " ,─".contains($0) }).map(String.init)
    let units = ["s", "min", "h", "B", "KiB", "MiB", "GiB", "core", "cores"]
    return words.indices.compactMap { index -> String? in
      let word = words[index]
      let next = index + 1 < words.count ? words[index + 1] : ""
      if units.contains(word) || (Double(word) != nil && units.contains(next)) { return nil }
      if ["under", "about", "on", "new", "±"].contains(word) { return nil }
      if word.count >= 12, word.allSatisfy(\.isHexDigit) { return nil }
      if word.hasPrefix("["), word.hasSuffix("]") { return nil }
      let number = word.replacing("−", with: "").replacing("+", with: "")
      if number.contains("."), Double(number) != nil { return nil }
      return word.hasSuffix(":") ? String(word.dropLast()) : word
    }
  }

  private static func holds(_ words: [String], in line: [String]) -> Bool {
    var rest = line[...]
    for word in words {
      guard let found = rest.firstIndex(of: word) else { return false }
      rest = rest[(found + 1)...]
    }
    return true
  }
}
