import ArgumentParser
import Manifest
import Steps

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tables that can be reproduced.")

  @OptionGroup var experiments: ExperimentsOptions

  func run() throws {
    let vocabulary = Kinds.standard.vocabulary
    var isBroken = false
    for (table, path) in try experiments.experimentsFolder().manifests().sorted(by: { $0.key < $1.key }) {
      let manifest: ManifestFile
      do {
        manifest = try ManifestFile.load(path: path, vocabulary: vocabulary)
      } catch let error as ManifestError {
        Terminal.error(CommandFailure(error).message)
        isBroken = true
        continue
      }
      Terminal.print("\(table)  \(manifest.title)")
      Terminal.print("    \(manifest.source.paper), \(manifest.source.place)")
      Terminal.print(
        "    \(Say.count(manifest.rows.count, "row")), \(Say.count(manifest.columns.count, "column")), \(path)"
      )
    }
    if isBroken { throw CommandFailure("", code: .usage) }
  }
}
