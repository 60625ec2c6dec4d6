import ArgumentParser
import Files
import Manifest
import Steps

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check manifests for every profile and report all problems at once.")

  @Argument(
    help: ArgumentHelp("Manifest files, or tables (default: every table).", valueName: "file"),
    completion: .file(extensions: ["yaml"]))
  var files: [String] = []
  @OptionGroup var experiments: ExperimentsOptions

  func run() throws {
    let paths = try files.isEmpty ? experiments.experimentsFolder().manifests().map(\.value).sorted() : files
    var broken = 0
    for name in paths {
      do {
        // A table is called by its name everywhere else; among results there is a folder of that name too.
        let isFile =
          try POSIXFileSystem().statusIfPresent(of: name)?.kind == .file
          || name.contains { "/.".contains($0) }
        let path = isFile ? name : try experiments.experimentsFolder().path(for: name)
        let manifest = try ManifestFile.load(path: path, vocabulary: Kinds.standard.vocabulary)
        for warning in manifest.warnings { Terminal.error(warning.rendered(colour: Terminal.isColoured(2))) }
        Terminal.print(
          "\(path): fine, \(Say.count(manifest.rows.count, "row")), \(Say.count(manifest.columns.count, "column"))"
        )
      } catch let error as ManifestError {
        Terminal.error(error.rendered(colour: Terminal.isColoured(2)))
        broken += 1
      }
    }
    if broken > 0 { throw CommandFailure("", code: .usage) }
  }
}

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of manifests, for editors.")

  func run() throws {
    Terminal.print(JSONSchema.text(for: Kinds.standard.vocabulary), terminator: "")
  }
}
