import Files
import Foundation

/// Reads a manifest with the files it includes and merges them into one tree.
struct Includes {
  let findings: Findings
  /// Reads a file as text.
  let read: (String) throws(ManifestError) -> String
  private let budget = ManifestBudget()
  private let gaps = Gaps()

  /// Files that were to be included and could not be read.
  private final class Gaps {
    var count = 0
  }

  init(findings: Findings, read: @escaping (String) throws(ManifestError) -> String) {
    self.findings = findings
    self.read = read
  }

  /// The tree of `source` with everything it includes below its own keys; nil where it has none, or where something that
  /// is included cannot be read: what is missing then would be said to be missing in the manifest.
  func tree(of source: SourceText) -> Node? {
    let tree = tree(of: source, chain: [])
    return gaps.count == 0 ? tree : nil
  }

  /// - Parameter chain: the real paths of the files that are being read, however they were written.
  private func tree(of source: SourceText, chain: [String]) -> Node? {
    guard let own = Node.parse(source, findings: findings, budget: budget) else { return nil }
    guard own.entries != nil else {
      findings.error("a manifest must be a mapping, not \(own.described)", at: own.mark)
      return nil
    }
    guard let include = own["include"] else { return own }
    let chain = chain + [Self.real(source.path)]
    var base: Node?
    for item in texts(include) {
      guard let part = included(item, from: source, chain: chain) else { continue }
      base = base.map { part.merged(over: $0) } ?? part
    }
    return base.map { own.merged(over: $0) } ?? own
  }

  private func included(_ item: Node, from source: SourceText, chain: [String]) -> Node? {
    guard let name = item.scalar?.text, !name.isEmpty else {
      findings.error("`include` must be a list of file names, but has \(item.described)", at: item.mark)
      return nil
    }
    let folder = (source.path as NSString).deletingLastPathComponent
    let written = name.hasPrefix("/") ? name : Paths.join(folder, name)
    let real = Self.real(written)
    // The shorter name reads better in messages, unless a link makes it another file.
    let shorter = (written as NSString).standardizingPath
    let path = Self.real(shorter) == real ? shorter : written
    if let start = chain.firstIndex(of: real) {
      let round = (chain[start...] + [real]).map { ($0 as NSString).lastPathComponent }
      findings.error("files include each other: \(round.joined(separator: " -> "))", at: item.mark)
      return nil
    }
    guard budget.takeFile() else {
      findings.error("a manifest includes at most \(ManifestBudget.files) files", at: item.mark)
      return nil
    }
    do throws(ManifestError) {
      return tree(of: SourceText(path: path, text: try read(path)), chain: chain)
    } catch {
      gaps.count += 1
      let reason = error.diagnostics.first?.message ?? "cannot be read"
      findings.error("the file `\(name)` \(reason)", at: item.mark, "paths are relative to this file")
      return nil
    }
  }

  private func texts(_ node: Node) -> [Node] { node.elements ?? [node] }

  /// The one path of a file, whatever links and dots lead to it; the path as it is where there is none.
  private static func real(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return (path as NSString).standardizingPath }
    defer { free(real) }
    return String(cString: real)
  }
}
