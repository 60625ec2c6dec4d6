import Foundation

/// A manifest that was read and found sound for every profile.
public struct ManifestFile: Sendable {
  /// A row or a column by name.
  public struct Summary: Sendable, Hashable {
    public let id: String
    public let label: String
  }

  /// The path as it was given.
  public let path: String
  /// What is sound and yet doubtful, such as a spread that nobody explains.
  public let warnings: [Diagnostic]
  private let experiments: [Profile: Experiment]

  public var table: String { any.table }
  public var title: String { any.title }
  public var source: Source { any.source }
  public var rows: [Summary] { any.rows.map { Summary(id: $0.id, label: $0.label) } }
  public var columns: [Summary] { any.columns.map { Summary(id: $0.id, label: $0.label) } }

  /// Reads and checks the manifest at `path` and the files it includes.
  ///
  /// - Throws: `ManifestError` with all problems at once.
  public static func load(path: String, vocabulary: Vocabulary) throws -> ManifestFile {
    try parse(text: try read(path), path: path, vocabulary: vocabulary)
  }

  /// Checks the manifest `text`; `path` is named in messages, and the files it includes lie beside it.
  ///
  /// - Throws: `ManifestError` with all problems at once.
  public static func parse(text: String, path: String, vocabulary: Vocabulary) throws -> ManifestFile {
    let findings = Findings()
    let includes = Includes(findings: findings, read: read)
    var experiments: [Profile: Experiment] = [:]
    if let tree = includes.tree(of: SourceText(path: path, text: text)),
      let outline = Outline(tree, vocabulary: vocabulary, findings: findings)
    {
      checkName(outline, path: path, findings: findings)
      for profile in Profile.allCases {
        let decoder = ExperimentDecoder(
          vocabulary: vocabulary, outline: outline, profile: profile, findings: findings)
        experiments[profile] = decoder.experiment()
      }
    }
    let diagnostics = findings.sorted(first: path)
    if findings.hasErrors { throw ManifestError(path: path, diagnostics: diagnostics) }
    precondition(experiments.count == Profile.allCases.count, "a manifest without errors has all profiles")
    return ManifestFile(path: path, warnings: diagnostics, experiments: experiments)
  }

  /// Everything resolved for `profile`.
  public func experiment(_ profile: Profile) -> Experiment {
    guard let experiment = experiments[profile] else {
      preconditionFailure("a manifest without errors has all profiles")
    }
    return experiment
  }

  /// Names and labels: ids are the same in every profile.
  private var any: Experiment { experiment(.paper) }

  private static func checkName(_ outline: Outline, path: String, findings: Findings) {
    let stem = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    guard let table = outline.members["table"], let name = table.scalar?.text, name != stem,
      Names.isName(name)
    else { return }
    findings.error(
      "the table `\(name)` is in a file named `\(stem)`", at: table.mark,
      "name both alike: commands find a table by its file")
  }

  private static func read(_ path: String) throws(ManifestError) -> String {
    var facts = stat()
    // A pipe is not even opened: that would wait for somebody to write to it.
    guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
      let file = FileHandle(forReadingAtPath: path),
      let data = try? file.read(upToCount: ManifestBudget.bytes + 1) ?? Data()
    else { throw ManifestError(path: path, message: "cannot be read: \(Self.obstacle(at: path))") }
    guard data.count <= ManifestBudget.bytes else {
      throw ManifestError(
        path: path,
        message: "cannot be read: it has more than \(ManifestBudget.bytes) bytes, as no manifest has")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ManifestError(
        path: path, message: "cannot be read: it is not UTF-8 text", suggestion: "save it in that encoding")
    }
    return text
  }

  /// Why a file that is not read is not.
  private static func obstacle(at path: String) -> String {
    var facts = stat()
    guard stat(path, &facts) == 0 else {
      return errno == EACCES
        ? "no permission" : errno == ELOOP ? "its links lead in a circle" : "there is no such file"
    }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: return "no permission"
    case S_IFDIR: return "it is a folder"
    default: return "it is a pipe or a device, not a file"
    }
  }
}
