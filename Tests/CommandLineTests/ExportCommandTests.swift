import Files
import Foundation
import TestSupport
import Testing

/// `retable export` on the results in this repository, and beside the same read by Python.
@Suite(.serialized) struct ExportCommandTests {
  private static let repository = Paths.join(Paths.parent(of: #filePath), "../..")
  private static let results = Paths.absolute("\(repository)/Results")
  private static let hasPandas = Python.has("pandas", "h5py")

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  @Test func `tables and profiles can be chosen`() throws {
    let program = try Program()
    let one = try program.run("export", "dsprites", "--profile", "quick", "--results", Self.results)
    #expect(one.code == 0, "\(one.errors)")
    let rows = lines(one.output)
    #expect(rows.first?.hasPrefix("table,profile,row,") == true)
    #expect(rows.dropFirst().allSatisfy { $0.hasPrefix("dsprites,quick,") })
    // As Results/dsprites/quick/table.md has it.
    #expect(rows.contains { $0.contains("beta-vae,beta-VAE,published,score,") && $0.contains(",99.23,0.1,") })

    let json = try program.run(
      "export", "dsprites", "--profile", "quick", "--format", "json", "--results", Self.results, "-o",
      "x.json")
    #expect(json.code == 0 && json.output == "")
    let objects = lines(try POSIXFileSystem().text(of: program.folder.path("x.json")))
    #expect(objects.count == rows.count - 1)
    for object in objects {
      #expect(try JSON(parsing: Array(object.utf8))["profile"] == "quick")
    }

    let dash = try program.run(
      "export", "dsprites", "--profile", "quick", "--results", Self.results, "-o", "-")
    #expect(dash.output == one.output)
    #expect(try !POSIXFileSystem().exists(program.folder.path("-")))

    let two = try program.run(
      "export", "svhn", "cifar10", "svhn", "--profile", "paper", "--profile", "quick", "--results",
      Self.results)
    var places: [String] = []
    for line in lines(two.output).dropFirst() {
      let place = line.split(separator: ",").prefix(2).joined(separator: " ")
      if places.last != place { places.append(place) }
    }
    #expect(places == ["svhn quick", "cifar10 quick", "cifar10 paper"])
  }

  @Test func `what is not there is said`() throws {
    let program = try Program()
    func errors(_ code: Int32, _ arguments: String...) throws -> String {
      let outcome = try program.start(["export"] + arguments).wait()
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.output == "")
      return outcome.errors
    }
    #expect(try errors(5) == "error: there are no results in Results; 'retable run TABLE' makes them\n")
    #expect(
      try errors(5, "dsprites", "--results", "none")
        == "error: table 'dsprites' has no results in none; 'retable run dsprites' makes them\n")
    #expect(
      try errors(5, "dsprites", "--profile", "paper", "--results", Self.results)
        == "error: table 'dsprites' has no results in \(Self.results) of the profile paper; "
        + "'retable run dsprites --profile paper' makes them\n")
    #expect(try errors(2, "--profile", "slow").contains("The value 'slow' is invalid"))
    try program.tinyTable()
    let unknown = try errors(2, "tinny")
    #expect(
      unknown.contains("there is no table `tinny`") && unknown.contains("did you mean `tiny`?"), "\(unknown)")
    try program.folder.file("Results/other/desk/results.h5", [])
    #expect(try errors(6).contains("cannot open Results/other/desk/results.h5: it is not an HDF5 file"))
    let quick = try POSIXFileSystem().contents(of: "\(Self.results)/svhn/quick/results.h5")
    try program.folder.file("Results/other/desk/results.h5", quick)
    #expect(
      try errors(6)
        == "error: Results/other/desk/results.h5 holds the table 'svhn', profile 'quick', which its folder's name does "
        + "not say. Move it, or run the table again.\n")
    try program.folder.file("Results/svhn/quick/results.h5", quick)
    #expect(
      try errors(1, "svhn", "-o", "/dev/null")
        == "error: cannot write /dev/null: it is a pipe or a device, which a file would take the place of. Name a file; "
        + "standard output can be redirected.\n")
  }

  @Test(
    .enabled(if: hasPandas, "python3 with pandas and h5py is needed (RETABLE_PYTHON names another python)"))
  func `the function in Python reads the same of every table`() throws {
    let program = try Program()
    #expect(try program.run("export", "--results", Self.results, "-o", "all.csv").code == 0)
    let script = """
      import sys, glob, warnings
      sys.path.insert(0, sys.argv[1] + "/docs/example")
      sys.dont_write_bytecode = True
      import pandas as pd
      from read_results import read_results
      paths = glob.glob(sys.argv[1] + "/Results/*/*/results.h5")
      warnings.simplefilter("ignore")  # pandas 4 rounds so without being asked
      ours = pd.read_csv("all.csv", keep_default_na=False, na_values=["", "NaN"], float_precision="round_trip")
      lines = 0
      for path in paths:
          read = read_results(path)
          table, profile = path.split("/")[-3:-1]
          written = ours[(ours.table == table) & (ours.profile == profile)].reset_index(drop=True)
          columns = list(read.columns)
          assert columns == list(ours.columns[:len(columns)]), columns
          def plain(frame):
              return frame[columns].astype(object).where(frame[columns].notna(), None).values.tolist()
          for a, b in zip(plain(read), plain(written), strict=True):
              assert a == b, (a, b)
          lines += len(read)
      assert lines == len(ours), (lines, len(ours))
      print(len(paths), "tables")
      """
    try DurableFile.write(script, to: program.folder.path("compare.py"))
    let outcome = try program.shell("'\(Python.path)' compare.py '\(Paths.absolute(Self.repository))'")
    #expect(outcome.code == 0, "\(outcome.output)")
    let tables = try ["quick", "desk", "paper"].flatMap { profile in
      try POSIXFileSystem().sortedNames(in: Self.results).filter {
        try POSIXFileSystem().exists("\(Self.results)/\($0)/\(profile)/results.h5")
      }
    }
    #expect(tables.count > 8)
    #expect(outcome.output == "\(tables.count) tables\n")
  }
}
