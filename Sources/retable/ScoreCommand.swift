import ArgumentParser
import Files
import Manifest
import Pipeline
import Report
import Results
import Steps

struct ScoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Measure what another program has made as a row of a table, and show where it stands.",
    discussion: """
      Files are features of the training and of the test images (train.npy test.npy), codes of all images (codes.npy), or a \
      folder with images of the test scenes in photos/ and labels/. Arrays lie in .npy, .npz, .h5 or .safetensors files; one \
      of several in a file is named behind a colon: features.h5:/train. See docs/own-model.md.

      The row gets the classifier, draws, seeds and tests of the table's own rows. It is compared with every row that the \
      store or the results folder has. Nothing is written to Results; to keep the row, put it into a manifest.
      """)

  @Argument(
    help: ArgumentHelp(
      "Features of training and test images, codes, or a folder of images.", valueName: "file"),
    completion: .file())
  var files: [String]
  @Option(help: "The table.", completion: .tables) var table: String
  @Option(
    name: .customLong("column"),
    help: ArgumentHelp(
      "Only this column; may be given again (default: every column with a better side that can be measured).",
      valueName: "column"), completion: .columns)
  var columns: [String] = []
  @Option(help: "The profile.") var profile: Profile = .quick
  @Option(help: "How the row is called (default: the names of the files).") var label: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A parameter of the row, such as standardise=false or flatten=true; may be given again.",
      valueName: "name=value"))
  var settings: [String] = []
  @Flag(help: "JSON instead of text: a list with an object for each column.") var json = false
  @OptionGroup var project: ProjectOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var execution: ExecutionOptions

  func validate() throws {
    if files.isEmpty { throw ValidationError("name the files to score") }
    if let wrong = settings.first(where: { !$0.contains("=") }) {
      throw ValidationError("--set takes name=value, and '\(wrong)' has no '='")
    }
  }

  func run() async throws {
    let manifest = try project.manifest(table)
    let whole = manifest.experiment(profile)
    let row = try outsideRow(in: whole)
    let recorded = try TableResults.recorded(in: project.folder(whole.table, whole.profile))
    var own = whole
    (own.rows, own.columns, own.expectations) = ([row.row], try chosenColumns(of: whole, for: row), [])
    let run = TableRun(
      own, of: manifest.path, store: try execution.opened(store), device: try execution.chosenDevice())
    // A table with many rows goes on without the one whose files are not there; here there is no other.
    try Agenda(plan: run.plan, store: run.store).requireData()
    // The others were measured by what is recorded with them.
    try run.adoptInstruments(from: project)
    let toldBefore = run.warnings
    let summary = try await run.compute(execution)
    try run.check(summary, listing: false)
    let measured = try run.collector.collect()
    let table = try merged(measured, row.row, into: whole, of: manifest, run.store, recorded)
    let standings = own.columns.compactMap { Standing(of: row.row.id, on: $0.id, in: table) }
    if json {
      Terminal.print(JSON.array(standings.map { $0.json(warnings: run.warnings) }).canonical)
    } else {
      Terminal.print(standings.map(\.text).joined(separator: "\n"), terminator: "")
    }
    // A step that has just run has warned itself.
    for warning in toldBefore { Terminal.error("warning: \(warning)") }
  }

  private func outsideRow(in experiment: Experiment) throws -> OutsideRow {
    let settings = settings.map { setting in
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      return (parts[0], parts[1])
    }
    do {
      return try OutsideRow(
        files: files, settings: Dictionary(settings, uniquingKeysWith: { $1 }), label: label, in: experiment)
    } catch {
      throw CommandFailure("error: \(error)", code: .usage)
    }
  }

  private func chosenColumns(of experiment: Experiment, for row: OutsideRow) throws -> [Column] {
    guard !columns.isEmpty else {
      // A column without a better side describes a row of the paper, and some are about a few rows.
      let fitting = experiment.columns.filter {
        $0.better != nil && $0.rows == nil && row.problem(with: $0) == nil
      }
      guard !fitting.isEmpty else {
        let problem = experiment.columns.lazy.compactMap(row.problem).first ?? "it has no columns"
        throw CommandFailure("error: no column of '\(table)' can be measured: \(problem)", code: .usage)
      }
      return fitting
    }
    return try columns.unique.map { id in
      guard var column = experiment.column(id) else {
        let known = experiment.columns.map(\.id).joined(separator: ", ")
        throw CommandFailure(
          "error: table '\(table)' has no column '\(id)'; its columns are \(known)", code: .usage)
      }
      if let problem = row.problem(with: column) { throw CommandFailure("error: \(problem)", code: .usage) }
      column.rows = nil
      return column
    }
  }

  /// The row among all others of its table: of those the store has what it has, and the recorded results have the rest.
  private func merged(
    _ measured: TableResults, _ row: Row, into whole: Experiment, of manifest: ManifestFile, _ store: Store,
    _ recorded: TableResults?
  ) throws -> TableResults {
    let others = TableRun(whole, of: manifest.path, store: store, device: try execution.chosenDevice())
    var table = try others.collector.collect()
    if let recorded, table.isMeasured(asIn: recorded) {
      for cell in recorded.cells where recorded.defines(cell.row, cell.column, as: table) { table.add(cell) }
    } else if recorded != nil {
      Terminal.error(
        "warning: the store has another training of \(others.instrumentNames) than the recorded rows were measured by; "
          + "they are left out (with another --store they are compared)")
    }
    table.experiment.rows.append(row)
    table.cells += measured.cells
    return table
  }
}
