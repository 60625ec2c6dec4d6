import ArgumentParser
import Datasets
import Manifest
import Steps

/// What shells offer for arguments that name something: asked of the program itself while the user types.
extension CompletionKind {
  /// Tables whose manifests are in the folder that the line names, or are found from the working folder.
  static var tables: CompletionKind {
    .custom { words, _, _ in manifests(in: words).keys.sorted() }
  }

  /// Rows of the first table that the line names.
  static var rows: CompletionKind { .custom { words, _, _ in manifest(in: words)?.rows.map(\.id) ?? [] } }

  /// Columns of the first table that the line names.
  static var columns: CompletionKind {
    .custom { words, _, _ in manifest(in: words)?.columns.map(\.id) ?? [] }
  }

  static var dataSets: CompletionKind { .list(Catalogue.all.map(\.id)) }

  private static func manifests(in words: [String]) -> [String: String] {
    let option = words.firstIndex(of: "--experiments").map { $0 + 1 }
    let named = option.flatMap { words.indices.contains($0) ? words[$0] : nil }
    return (try? ExperimentsFolder.find(explicit: named).manifests()) ?? [:]
  }

  private static func manifest(in words: [String]) -> ManifestFile? {
    let manifests = manifests(in: words)
    guard let table = words.first(where: { manifests[$0] != nil }), let path = manifests[table]
    else { return nil }
    return try? ManifestFile.load(path: path, vocabulary: Kinds.standard.vocabulary)
  }
}
