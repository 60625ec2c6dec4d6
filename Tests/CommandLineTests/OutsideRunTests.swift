import Datasets
import Files
import Foundation
import HDF5
import Pipeline
import Results
import TestSupport
import Testing

/// What other programs have made, from files to cells: as rows of a manifest and by `retable score`.
@Suite(.serialized) struct OutsideRunTests {
  private func program() throws -> Program {
    var program = try Program()
    program.environment["RETABLE_DATA"] = program.folder.path("data")
    program.environment["XDG_CACHE_HOME"] = program.folder.path("cache")
    return program
  }

  private func results(_ program: Program, _ table: String = "small") throws -> TableResults {
    try TableResults(file: program.folder.path("Results/\(table)/quick/results.h5"))
  }

  /// The table, measured, and the features that k-means has left, row-major: 600 and 300 rows of 64.
  private func measured(_ program: Program) throws -> (train: [Float], test: [Float]) {
    try program.stripedImages()
    try program.manifest("small", StripedTable.manifest())
    #expect(try program.run("run", "small").code == 0)
    let made = try features(of: "kmeans", program)
    return (try #require(made["train"]), try #require(made["test"]))
  }

  /// The features that a row's own step has left, row-major.
  private func features(of row: String, _ program: Program) throws -> [String: [Float]] {
    let report = try JSON(
      parsing: POSIXFileSystem().contents(of: program.folder.path("Results/small/quick/run.json")))
    let step = try #require(
      report["steps"]?.array?.first { $0["label"]?.string == "features of \(row), repeat 1" })
    let folder = Store(root: program.folder.path("store")).artifact(try #require(step["identity"]?.string))
    return try Dictionary(
      uniqueKeysWithValues: ["train", "test"].map {
        ($0, ArrayFiles.floats(try POSIXFileSystem().contents(of: "\(folder)/\($0).f32")))
      })
  }

  @Test func featuresInEveryFormatAreTheRowThatTheyCameFrom() throws {
    let program = try program()
    let (train, test) = try measured(program)
    let shape = [600, 64]
    #expect(train.count == 600 * 64)
    let files = [
      "train.npy": ArrayFiles.npy(train, shape), "test.npy": ArrayFiles.npy(test, [300, 64]),
      "train-f.npy": ArrayFiles.fortran(train, rows: 600), "test-f.npy": ArrayFiles.fortran(test, rows: 300),
      "both.npz": ArrayFiles.npz([
        ("train", ArrayFiles.npy(train, shape)), ("test", ArrayFiles.fortran(test, rows: 300)),
      ]), "train.safetensors": ArrayFiles.safetensors("features", train, shape),
      "test.safetensors": ArrayFiles.safetensors("features", test, [300, 64]),
      "train-4d.npy": ArrayFiles.npy(train, [600, 16, 2, 2]),
      "test-4d.npy": ArrayFiles.npy(test, [300, 16, 2, 2]),
    ]
    for (name, bytes) in files { try program.folder.file("made/\(name)", bytes) }
    try HDF5File.write(to: program.folder.path("made/both.h5")) { root in
      try root.write(train, as: "net/train", shape: shape)
      try root.write(test.map(Double.init), as: "net/test", shape: [300, 64])
    }
    let pairs = [
      ("npy", "train.npy", "test.npy"), ("fortran", "train-f.npy", "test-f.npy"),
      ("npz", "both.npz:train", "both.npz:test"), ("hdf5", "both.h5:/net/train", "both.h5:/net/test"),
      ("safetensors", "train.safetensors:features", "test.safetensors"),
      ("flat", "train-4d.npy", "test-4d.npy"),
    ]
    func rows(_ folder: String) -> String {
      pairs.map { id, train, test in
        """
          - id: \(id)
            label: \(id)
            representation: {kind: features, train: "../\(folder)/\(train)", test: "../\(folder)/\(test)", units: 16\(
              id == "flat" ? ", flatten: true" : "")}

        """
      }.joined()
    }
    try program.manifest("small", StripedTable.manifest(rows: rows("made")))
    let run = try program.run("run", "small")
    #expect(run.code == 0, "\(run.errors)")
    let table = try results(program)
    for column in ["all", "few", "units"] {
      let own = try #require(table.cell("kmeans", column))
      for (id, _, _) in pairs {
        let cell = try #require(table.cell(id, column))
        #expect(cell.values == own.values, "\(id), \(column)")
        #expect(cell.repeats.map(\.outcomes) == own.repeats.map(\.outcomes), "\(id), \(column)")
        #expect(cell.repeats.map(\.selection) == own.repeats.map(\.selection), "\(id), \(column)")
      }
    }
    #expect(try program.run("check", "small").code == 0)

    // Elsewhere and touched, but the same: a hit. One other number: not.
    try POSIXFileSystem().rename(program.folder.path("made"), to: program.folder.path("moved"))
    try program.manifest("small", StripedTable.manifest(rows: rows("moved")))
    let unchanged = try program.run("plan", "small")
    #expect(unchanged.output.contains(" 0 to run"), "\(unchanged.output)")
    try program.folder.file("moved/train.npy", ArrayFiles.npy([train[0] + 1] + train.dropFirst(), shape))
    let changed = try program.run("plan", "small", "--to-run")
    #expect(changed.output.contains("features of npy, repeat 1  (fingerprint.train: "), "\(changed.output)")
    #expect(!changed.output.contains("fortran"), "\(changed.output)")
    try POSIXFileSystem().removeTree(program.folder.path("moved/train.npy"))
    let missing = try program.run("plan", "small")
    #expect(missing.code == 6)
    #expect(missing.errors.contains("features of npy, repeat 1: cannot"), "\(missing.errors)")
  }

  @Test func scoringNeedsNoManifest() throws {
    let program = try program()
    let (train, test) = try measured(program)
    try program.folder.file("train.npy", ArrayFiles.npy(train, [600, 64]))
    try program.folder.file("test.npy", ArrayFiles.npy(test, [300, 64]))
    let own = try #require(results(program).cell("kmeans", "all")?.values.first)

    let text = try program.run("score", "train.npy", "test.npy", "--table", "small", "--column", "all")
    #expect(text.code == 0, "\(text.errors)")
    #expect(text.output.hasPrefix("train.npy, test.npy: All labels "), "\(text.output)")
    #expect(text.output.contains("over 300 test items)"), "\(text.output)")
    #expect(
      text.output.contains("K-means: 0.0, no difference shown (McNemar over test items, p > 0.999)"),
      "\(text.output)")
    #expect(text.output.contains(", better (McNemar over test items, p < 0.001)"), "\(text.output)")
    #expect(text.errors.contains("warning") == false, "\(text.errors)")

    // The recorded table stands in for a store that has none of the rows.
    let other = try program.run(
      "score", "train.npy", "test.npy", "--table", "small", "--json", "--quiet", "--store", "elsewhere",
      "--label", "Mine")
    #expect(other.code == 0, "\(other.errors)")
    let cells = try #require(JSON(parsing: Array(other.output.utf8)).array)
    #expect(cells.map { $0["column"]?.string } == ["all", "few"])
    #expect(cells[0]["label"] == "Mine")
    #expect(cells[0]["value"]?.double == own)
    #expect(cells[0]["published"]?["place"]?.int == (own > 90 ? 1 : 2))
    #expect(cells[0]["measured"]?["place"] == 1)
    #expect(cells[0]["measured"]?["rows"]?.array?.map { $0["row"]?.string } == ["kmeans", "constant"])
    #expect(cells[1]["interval-over"] == "draws")
    // Scoring leaves the table alone.
    #expect(try results(program).experiment.rows.map(\.id) == ["kmeans", "constant"])

    // Rows in another order: nothing is learned of the training rows that would hold for others.
    let turned = Array((0..<300).map { test[($0 * 64)..<($0 * 64 + 64)] }.reversed().joined())
    try program.folder.file("turned.npy", ArrayFiles.npy(turned, [300, 64]))
    let permuted = try program.run("score", "train.npy", "turned.npy", "--table", "small", "--column", "all")
    #expect(permuted.code == 0, "\(permuted.errors)")
    #expect(permuted.errors.contains("no more than by chance: if the rows"), "\(permuted.errors)")
    // What was warned of is said again where nothing runs, and to machines.
    let again = try program.run(
      "score", "train.npy", "turned.npy", "--table", "small", "--column", "all", "--json", "--quiet")
    #expect(again.errors.hasPrefix("warning: "), "\(again.errors)")
    #expect(again.errors.contains("no more than by chance: if the rows"), "\(again.errors)")
    let warned = try JSON(parsing: Array(again.output.utf8)).array?.first?["warnings"]?.array
    #expect(warned?.last?.string?.contains("no more than by chance: if the rows") == true, "\(again.output)")

    let refused: [([String], Int32, String)] = [
      (
        ["score", "train.npy", "test.npy", "--table", "small", "--column", "none"], 2, "has no column 'none'"
      ),
      (["score", "train.npy", "--table", "small"], 2, "`test` is missing"),
      (["score", "train.npy", "no.npy", "--table", "small"], 6, "no.npy"),
      (
        ["score", "test.npy", "train.npy", "--table", "small"], 6,
        "test.npy has 300 rows where 50000 are wanted"
      ),
      (["score", "train.npy", "test.npy", "--table", "small", "--set", "flatten"], 2, "has no '='"),
    ]
    for (arguments, code, words) in refused {
      let outcome = try program.start(arguments).wait()
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
    }

    // What is not there is said before anything runs; what proves wrong is said once.
    let absent = try program.run("score", "train.npy", "no.npy", "--table", "small")
    #expect(absent.errors.hasPrefix("error: data are missing for 1 step\n"), "\(absent.errors)")
    let quiet = try program.run("score", "test.npy", "train.npy", "--table", "small", "--quiet")
    #expect(quiet.errors.ranges(of: "has 300 rows where").count == 1, "\(quiet.errors)")
    #expect(quiet.errors.hasSuffix(" not started because of that\n"), "\(quiet.errors)")
  }

  private static let hasNumPy = Python.has("numpy")

  /// The script that docs/own-model.md names, as it is: all images of the files, with checksums of them.
  @Test(.enabled(if: hasNumPy, "python3 has no NumPy here"))
  func theExampleInPythonWritesFeatures() throws {
    var program = try program()
    program.environment["PYTHONDONTWRITEBYTECODE"] = "1"
    try program.stripedImages()
    try program.manifest("small", StripedTable.manifest())
    let script = Paths.join(Paths.parent(of: #filePath), "../../docs/example/features_numpy.py")
    let written = try program.shell("'\(Python.path)' '\(script)' outputs")
    #expect(written.output.contains("train: 50000 rows in outputs/train.npy"), "\(written.output)")
    let files = ["train.npy", "test.npy", "train-crc.npy", "test-crc.npy"].map { "outputs/\($0)" }
    let scored = try program.start(
      ["score"] + files + ["--table", "small", "--column", "all", "--json", "--quiet"]
    ).wait()
    #expect(scored.code == 0, "\(scored.errors)")
    let cells = try #require(JSON(parsing: Array(scored.output.utf8)).array)
    #expect(cells.first?["label"] == "train.npy, test.npy")
    #expect((cells.first?["value"]?.double ?? 0) > 40, "colours are easy: \(scored.output)")
    // Test checksums of training images: one of the two is another image's.
    let swapped = try program.start(
      ["score", files[0], files[1], files[2], files[2], "--table", "small", "--quiet"]
    ).wait()
    #expect(swapped.code == 6)
    #expect(
      swapped.errors.contains("train-crc.npy has 50000 checksums for the 10000 rows of test.npy"),
      "\(swapped.errors)")
  }

  @Test func codesOfThePoolAreARow() throws {
    let program = try program()
    try program.tinyTable(updates: 4, hidden: 8)
    try program.takeImages()
    let listed = try program.run("describe", "tiny", "--pool")
    let pool = listed.output.split(separator: "\n").compactMap { Int($0) }
    #expect(pool.count == 1500)
    let grid = FactorGrid.dSprites
    func codes(_ images: [Int]) -> [Float] {
      images.flatMap { image in
        zip(grid.values(of: image), grid.sizes).map { Float($0) / Float(max(1, $1 - 1)) }
      }
    }
    try program.folder.file("pool.npy", ArrayFiles.npy(codes(pool), [1500, 5]))
    try program.folder.file("whole.npy", ArrayFiles.npy(codes(Array(0..<grid.count)), [grid.count, 5]))
    #expect(try program.run("run", "tiny", "--row", "truth").code == 0)
    for file in ["pool.npy", "whole.npy"] {
      let scored = try program.run("score", file, "--table", "tiny", "--json")
      #expect(scored.code == 0, "\(scored.errors)")
      let cells = try #require(JSON(parsing: Array(scored.output.utf8)).array)
      #expect(cells.map { $0["column"]?.string } == ["score", "mig"])
      for cell in cells {
        #expect(cell["measured"]?["rows"]?.array?.first?["difference"]?.double == 0, "\(cell)")
        #expect(cell["values"]?.array?.count == 2)
      }
    }
    try program.folder.file("short.npy", ArrayFiles.npy(codes(Array(pool.dropLast())), [1499, 5]))
    let short = try program.run("score", "short.npy", "--table", "tiny")
    #expect(short.code == 6)
    #expect(
      short.errors.contains(
        "short.npy has 1499 rows where 737280 are wanted, one for each image in the official order; or 1500, for the images "
          + "of the pool as `describe --pool` lists them"), "\(short.errors)")
    let none = try program.run("describe", "none", "--pool")
    #expect(none.code == 2)
  }
}
