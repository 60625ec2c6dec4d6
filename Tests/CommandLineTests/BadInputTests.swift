import Files
import Foundation
import Testing

@Suite struct BadInputTests {
  @Test func anUnknownTableIsAUsageErrorWithASuggestion() throws {
    let program = try Program()
    try program.tinyTable()
    let outcome = try program.run("run", "tinny")
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("tiny"))
  }

  @Test func anUnknownProfileIsAUsageError() throws {
    let program = try Program()
    try program.tinyTable()
    let outcome = try program.run("run", "tiny", "--profile", "dsek")
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("desk"))
  }

  @Test(arguments: [("RETABLE_CHECKPOINT_SECONDS", "soon"), ("RETABLE_FAULT", "worker:renam:3")])
  func `a variable of the environment that says nothing ends a command before it begins`(
    name: String, value: String
  ) throws {
    var program = try Program()
    try program.tinyTable()
    program.environment[name] = value
    let outcome = try program.run("run", "tiny")
    #expect(outcome.code == 2)
    #expect(outcome.errors.hasPrefix("error: \(name) must be "))
    #expect(outcome.errors.contains("but is '\(value)'. Set it so, or leave it out.\n"))
    #expect(try POSIXFileSystem().exists(program.folder.path("store")) == false)
  }

  @Test func anUnknownRowIsAUsageErrorThatListsTheRows() throws {
    let program = try Program()
    try program.tinyTable()
    let outcome = try program.run("run", "tiny", "--row", "gan")
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("its rows are truth, pixels, vae, beta"))
  }

  @Test func everyProblemOfAManifestIsReportedAtOnce() throws {
    let program = try Program()
    try program.manifest(
      "broken",
      """
      table: broken
      titel: A table
      source: {paper: Nobody 2000, place: Table 0}
      dataset: dsprits
      columns:
        - {id: mig, label: MIG, metric: {kind: mig, points: many}}
      rows:
        - {id: vae, label: VAE, representation: {kind: vae, beta: -1, updates: 10, epohcs: 3}}
      """)
    let outcome = try program.run("validate", "Experiments/broken.yaml")
    #expect(outcome.code == 2)
    for fragment in ["broken.yaml:2:1", "titel", "dsprits", "points", "beta", "epohcs", "did you mean"] {
      #expect(outcome.errors.contains(fragment), "\(fragment) in \(outcome.errors)")
    }
  }

  /// Results have a folder for each table.
  @Test func aFolderIsNotTakenForTheManifestOfItsName() throws {
    var program = try Program()
    try program.tinyTable()
    try POSIXFileSystem().makeDirectories(program.folder.path("Results/tiny"))
    program.workingFolder = program.folder.path("Results")
    let outcome = try program.run("validate", "tiny")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.hasSuffix("Experiments/tiny.yaml: fine, 4 rows, 2 columns\n"), "\(outcome.output)")
  }

  @Test func oneBrokenManifestDoesNotHideTheOthers() throws {
    let program = try Program()
    try program.tinyTable()
    try program.manifest("broken", "table: broken")
    let outcome = try program.run("list")
    #expect(outcome.code == 2)
    #expect(outcome.output.contains("tiny"))
    #expect(outcome.errors.contains("broken.yaml"))
  }

  @Test func oneDamagedFileDoesNotHideTheOtherTables() throws {
    let program = try Program()
    try program.tinyTable()
    #expect(try program.run("run", "tiny").code == 0)
    let manifest = try POSIXFileSystem().text(of: program.folder.path("Experiments/tiny.yaml"))
    try program.manifest("another", manifest.replacing("table: tiny", with: "table: another"))
    try program.folder.file("Results/another/quick/results.h5", [1, 2, 3])
    let outcome = try program.run("check", "--recorded")
    #expect(outcome.code == 6, "\(outcome.errors)")
    #expect(outcome.output.contains("## Cannot be checked: another, quick profile, recorded files"))
    #expect(outcome.output.contains("it is not an HDF5 file"))
    #expect(outcome.output.contains("## Fine: tiny, quick profile, recorded files"))
  }

  @Test func aProfileThatThereIsNotIsToldOnce() throws {
    let program = try Program()
    try program.tinyTable()
    let outcome = try program.run("plan", "tiny", "--profile", "nope")
    #expect(outcome.code == 2)
    #expect(
      outcome.errors.hasPrefix(
        "Error: The value 'nope' is invalid for '--profile <profile>'. Please provide one of 'quick', 'desk' or 'paper'.\n"
      ))
  }

  @Test func aStoreThatCannotBeWrittenIsNamedBeforeAnyWork() throws {
    let program = try Program()
    try program.tinyTable()
    let outcome = try program.run("run", "tiny", "--store", "/proc/store")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("/proc/store"))
    #expect(outcome.errors.contains("--store or RETABLE_STORE"))
  }

  @Test func reportAndExplainWithoutResultsSayWhatToRun() throws {
    let program = try Program()
    try program.tinyTable()
    for arguments in [["report", "tiny"], ["explain", "tiny", "vae", "score"]] {
      let outcome = try program.start(arguments).wait()
      #expect(outcome.code == 5)
      #expect(
        outcome.errors
          == "error: table 'tiny' has no results in Results of the profile quick; 'retable run tiny' makes them\n"
      )
    }
    for arguments in [["report", "tinny"], ["explain", "tinny", "vae", "score"]] {
      let outcome = try program.start(arguments).wait()
      #expect(outcome.code == 2)
      #expect(outcome.errors.contains("there is no table `tinny`"), "\(outcome.errors)")
    }
  }

  /// Of several tables one that is wrong keeps no other from its turn.
  @Test func oneTableThatIsNotThereDoesNotHideTheOthers() throws {
    let program = try Program()
    try program.tinyTable()
    try program.takeImages()
    let planned = try program.run("plan", "tinny", "tiny", "--row", "truth")
    #expect(planned.code == 2)
    #expect(planned.output.contains("tiny, quick profile\n"))
    #expect(planned.output.contains("score truth, repeat 1: score"))
    #expect(planned.errors.contains("there is no table `tinny`"))
    let run = try program.run("run", "tinny", "tiny", "tiny", "--row", "truth", "--quiet")
    #expect(run.code == 2)
    let titles = run.output.split(separator: "\n").filter { $0.contains("A table of seconds") }
    #expect(titles.count == 1, "\(run.output)")
    #expect(run.errors.contains("there is no table `tinny`"))
  }

  @Test func anOfficialFileThatIsNoArchiveIsDataError() throws {
    var program = try Program()
    try program.tinyTable()
    let name = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz"
    try POSIXFileSystem().makeDirectories(program.folder.path("data"))
    try DurableFile.write("<!DOCTYPE html><html>moved</html>", to: program.folder.path("data/\(name)"))
    program.environment["RETABLE_DATA"] = program.folder.path("data")
    let outcome = try program.run("run", "tiny", "--row", "truth")
    #expect(outcome.code == 6, "\(outcome.errors)")
    #expect(outcome.errors.contains(name))
  }

  @Test(arguments: [
    [], ["list"], ["describe"], ["validate"], ["schema"], ["plan"], ["run"], ["score"], ["report"],
    ["explain"], ["store"], ["doctor"],
  ])
  func everySubcommandHasHelp(_ subcommand: [String]) throws {
    let program = try Program()
    let outcome = try program.start(subcommand + ["--help"]).wait()
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("USAGE: retable"))
  }
}
