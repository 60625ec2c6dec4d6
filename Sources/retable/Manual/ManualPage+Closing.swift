import ArgumentParser

extension ManualPage {
  /// What is true of all commands: environment, files, exit codes.
  static var closing: [String] {
    var lines = [".Sh ENVIRONMENT"]
    lines += list(environment.map { ("Ev \($0.name)", $0.meaning) })
    lines.append(".Sh FILES")
    lines += list(files.map { ("Pa \($0.name)", $0.meaning) })
    lines.append(".Sh EXIT STATUS")
    lines += list(ExitCode.meanings.map { ("\($0.code.rawValue)", $0.meaning) })
    lines.append(".Sh EXAMPLES")
    let parts = examples.map { Mdoc.text($0.meaning) + [".Pp", ".Dl \($0.name)"] }
    return lines + parts.joined(separator: [".Pp"])
  }

  private static func list(_ items: [(head: String, meaning: String)]) -> [String] {
    [".Bl -tag -width Ds"] + items.flatMap { [".It \($0.head)"] + Mdoc.text($0.meaning) } + [".El"]
  }

  private static let environment: [(name: String, meaning: String)] = [
    ("RETABLE_DATA", "Where official data sets lie. The default is retable/data in the cache folder."),
    ("RETABLE_STORE", "Where artifacts lie. The default is retable/store in the cache folder."),
    ("RETABLE_CHECKPOINT_SECONDS", "How often a training writes a checkpoint. The default is 60."),
    ("XDG_CACHE_HOME", "The cache folder. The default is .cache in the home folder."),
    ("NO_COLOR", "No colours where it is set and not empty."),
  ]

  private static let files: [(name: String, meaning: String)] = [
    (
      "Experiments/*.yaml",
      "Manifests, one table each. The folder is looked for upwards from the working folder."
    ),
    (
      "Results/<table>/<profile>/",
      "What a run leaves: results.h5, report.html, table.md, table.tex, figures/ and run.json."
    ),
  ]

  private static let examples: [(name: String, meaning: String)] = [
    ("retable run dsprites", "Measure a table with small networks, in minutes:"),
    ("retable plan dsprites --profile desk", "See what is left to do at full size:"),
    ("retable explain dsprites beta-vae score", "Ask for the evidence behind one number:"),
    ("retable validate Experiments/dsprites.yaml", "Check a manifest while editing it:"),
  ]
}
