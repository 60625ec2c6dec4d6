import Files
import Foundation
import Images
import Results
import TestSupport
import Testing

/// Whole runs of a small table of scenes: every model, reader and control, on made-up streets.
@Suite(.serialized) struct SceneRunTests {
  private static let columns = """
    columns:
      - {id: photo-iou, label: Photo IoU, better: higher, decimals: 3, metric: class-iou,
         classifier: &fcn {kind: fcn, read-side: 32, width: 4, batch: 4, updates: 30}}
      - {id: photo-pixel, label: Photo pixels, better: higher, decimals: 3, metric: pixel-accuracy, classifier: *fcn}
      - {id: labels-iou, label: Labels IoU, better: higher, decimals: 3, metric: class-iou,
         classifier: &nearest {kind: nearest-colour}}
      - {id: labels-pixel, label: Labels pixels, better: higher, decimals: 3, metric: pixel-accuracy, classifier: *nearest}
    """

  private static let models = """
      - id: cyclegan
        label: CycleGAN
        published: {photo-iou: 0.11, labels-iou: 0.16}
        repeats: 2
        representation: {kind: cyclegan, filters: 4, blocks: 1, discriminator-filters: 4, discriminator-layers: 1, pool: 2,
                         updates: 6}
      - {id: cycle, extends: cyclegan, label: Cycle alone, repeats: 1, set: {representation.adversarial: false}}
      - {id: pixel, extends: cyclegan, label: Pixel loss, repeats: 1,
         set: {representation.forward-cycle: 0, representation.backward-cycle: 0, representation.pixel: 10}}
      - id: pix2pix
        label: pix2pix
        representation: {kind: pix2pix, filters: 4, blocks: 1, discriminator-filters: 4, discriminator-layers: 1, updates: 6}
      - {id: u-net, extends: pix2pix, label: "… U-Net", set: {representation.generator: u-net, representation.dropout: true}}
      - {id: bigan, label: BiGAN,
         representation: {kind: bigan, filters: 4, blocks: 1, discriminator-filters: 4, discriminator-layers: 1, updates: 4}}
      - {id: cogan, label: CoGAN,
         representation: {kind: cogan, latents: 4, filters: 8, discriminator-filters: 4, batch: 4, updates: 3,
                          inversion-steps: 3, inversion-restarts: 2}}
      - {id: longer, extends: cogan, label: Longer search, set: {representation.inversion-steps: 60}}
    """

  private static let controls = """
      - {id: truth, group: control, label: Truth, representation: {kind: reference-images, source: target}}
      - {id: other, group: control, label: Other scene, representation: {kind: reference-images, source: other-scene}}
      - {id: input, group: control, label: Input, representation: {kind: reference-images, source: input}}
      - {id: mean, group: control, label: Mean, representation: {kind: reference-images, source: mean}}
      - {id: layout, group: control, label: Layout, representation: {kind: fixed-layout, layout: mean, grid: 16}}
      - {id: constant, group: control, label: Constant, representation: {kind: fixed-layout, layout: constant, grid: 16}}
    """

  private func program(_ rows: String, table: String = "scenes", end: String = "") throws -> Program {
    var program = try Program()
    program.environment["RETABLE_DATA"] = program.folder.path("data")
    try StreetScenes.write(to: program.folder.path("data/cityscapes"), train: 10, test: 6, side: 64)
    try add(table, rows, end: end, to: &program)
    return program
  }

  private func add(_ table: String, _ rows: String, end: String = "", to program: inout Program) throws {
    try program.manifest(
      table,
      """
      table: \(table)
      title: Scenes
      source: {paper: Nobody 2000, place: Table 0}
      dataset: {kind: cityscapes, side: 16}
      seed: 5
      \(Self.columns)
      rows:
      \(rows)
      \(end)
      """)
  }

  @Test func everyRowLeavesImagesThatAreRead() throws {
    let program = try program(
      Self.models + "\n" + Self.controls, end: "expect: [\"truth > constant on labels-iou\"]")
    let outcome = try program.run("run", "scenes")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let path = program.folder.path("Results/scenes/quick")
    let results = try TableResults(file: "\(path)/results.h5")
    #expect(results.openRows.isEmpty)
    func value(_ row: String, _ column: String) throws -> Double {
      try #require(results.cell(row, column)?.values.first)
    }
    // Flat colours survive the way to 16 pixels but at borders.
    #expect(try value("truth", "labels-pixel") > 0.85)
    #expect(try value("truth", "labels-iou") > value("layout", "labels-iou"))
    #expect(try value("layout", "labels-pixel") > value("constant", "labels-pixel"))
    #expect(try value("layout", "labels-pixel") == value("layout", "photo-pixel"))
    #expect(try value("input", "labels-pixel") < value("truth", "labels-pixel"))
    #expect(results.cell("cyclegan", "photo-iou")?.repeats.count == 2)
    #expect(results.cell("cycle", "photo-iou")?.repeats.count == 1)

    // Three columns of one reader are statistics of one artifact.
    let cell = try #require(results.cell("cyclegan", "photo-iou")?.repeats.first)
    let other = try #require(results.cell("cyclegan", "photo-pixel")?.repeats.first)
    #expect(cell.source == other.source)
    #expect(cell.details["collapse-ratio"].map { $0 > 0 } == true)
    guard case .confusions(let counts)? = cell.outcomes else {
      Issue.record("the cell has no confusion counts")
      return
    }
    #expect(counts.classes.count == 19)
    #expect(counts.images[0].count == 6)
    // Every pixel of the test scenes has a class here.
    #expect(counts.total(0).reduce(0, +) == 6 * 64 * 64)

    let curve = try #require(results.curves.first { $0.row == "cyclegan" })
    #expect(curve.milestones.last?.update == 6)
    #expect(curve.milestones[0].scores?.keys.sorted() == ["labels-to-photos", "photos-to-labels"])
    // All test scenes are few enough to be looked at at milestones: the last ratio is the cell's.
    #expect(curve.milestones.last?.collapseRatios?["labels-to-photos"] == cell.details["collapse-ratio"])
    #expect(curve.series["forward_cycle"]?.count == curve.updates.count)

    // How an image is searched for is no part of the training, and reaches what translates all the same.
    func spread(_ row: String) throws -> Double {
      try #require(results.cell(row, "photo-iou")?.repeats.first?.details["collapse-ratio"])
    }
    #expect(try spread("cogan") != spread("longer"))
    #expect(!outcome.errors.contains("train longer"))

    let figures = try POSIXFileSystem().sortedNames(in: "\(path)/figures")
    for name in [
      "comparison-labels-to-photos.png", "comparison-photos-to-labels.png", "cycles-cyclegan.png",
      "cycles-pix2pix.png",
    ] { #expect(figures.contains(name), "\(name) is not among \(figures)") }
    let check = try program.run("check", "scenes", "--recorded")
    #expect(check.code == 0, "\(check.output)\(check.errors)")
    let again = try program.run("run", "scenes")
    #expect(again.output.contains("is up to date"), "\(again.output)")
  }

  /// Rows of two stores in one table are read by one network, which lies beside the results, and stand in one picture.
  @Test func rowsOfSeveralStoresAreReadByOneNetwork() throws {
    let program = try program(Self.models + "\n" + Self.controls)
    let folder = program.folder.path("Results/scenes/quick")
    func results() throws -> TableResults { try TableResults(file: "\(folder)/results.h5") }
    let first = try program.run("run", "scenes", "--row", "truth", "--record")
    #expect(first.code == 0, "\(first.errors)")
    let kept = try POSIXFileSystem().files(below: "\(folder)/instruments")
    #expect(
      kept.map(Paths.name).sorted() == ["curve.json", "model.json", "record.json", "weights.safetensors"])
    #expect(try results().provenance.keys.count { $0.hasPrefix("instrument ") } == 1)

    let second = try program.run("run", "scenes", "--row", "pixel", "--record", "--store", "elsewhere")
    #expect(second.code == 0, "\(second.errors)")
    #expect(
      second.errors.contains(
        "the reader of photographs: as recorded in Results/scenes/quick, so that these rows are measured by the same one\n"
      ),
      "\(second.errors)")
    #expect(!second.errors.contains("start  train the reader"), "\(second.errors)")
    let both = try results()
    #expect(Set(both.cells.map(\.row)) == ["truth", "pixel"])
    for row in ["truth", "pixel"] {
      for direction in ["labels-to-photos", "photos-to-labels"] {
        #expect(both.examples(of: .row(row), direction) != nil, "\(row) \(direction)")
      }
    }
    #expect(both.examples(of: .input, "labels-to-photos")?.read.width == 96)
    #expect(try program.run("check", "scenes", "--recorded").code == 0)
    // Another table of the same photographs is read by the same network too.
    var twin = program
    try add("others", Self.models, to: &twin)
    let other = try twin.run("run", "others", "--row", "u-net", "--store", "third")
    #expect(other.code == 0, "\(other.errors)")
    #expect(other.errors.contains("as recorded in Results/scenes/quick"), "\(other.errors)")

    // A store whose reader was trained otherwise: its rows do not stand beside these.
    var changed = both
    let key = try #require(changed.provenance.keys.first { $0.hasPrefix("instrument ") })
    changed.provenance[key] = "0"
    try changed.save(to: "\(folder)/results.h5")
    let refused = try program.run("run", "scenes", "--row", "input", "--record", "--store", "elsewhere")
    #expect(refused.code == 2)
    #expect(
      refused.errors
        == "error: the store has another training of `fcn` than the rows of Results/scenes/quick were measured by, which lies there in "
        + "instruments; use another --store, run the whole table, or take those rows out of it with --drop-outdated\n",
      "\(refused.errors)")

    // Damage is said, not computed with.
    try both.save(to: "\(folder)/results.h5")
    let weights = try #require(kept.first { $0.hasSuffix("weights.safetensors") })
    try DurableFile.write("nothing", to: "\(folder)/instruments/\(weights)")
    let damaged = try program.run("run", "scenes", "--row", "input", "--record", "--store", "fourth")
    #expect(damaged.code == 6, "\(damaged.code)")
    #expect(
      damaged.errors.contains("is not what was recorded: weights.safetensors has 7 bytes"),
      "\(damaged.errors)")
  }

  @Test func tablesShareTrainings() throws {
    var program = try program(Self.models)
    try add("others", Self.models, to: &program)
    #expect(try program.run("run", "scenes", "--row", "cyclegan").code == 0)
    let plan = try program.run("plan", "others", "--row", "cyclegan")
    #expect(plan.code == 0, "\(plan.errors)")
    #expect(plan.output.contains(" cached, 0 to run"), "\(plan.output)")
  }

  private static let hasPillow = Python.has("PIL")

  /// The script that docs/add-a-row.md names, as it is.
  @Test(.enabled(if: hasPillow, "python3 has no Pillow here"))
  func theExampleInPythonWritesARow() throws {
    let program = try program(
      """
        - {id: ours, label: Ours, representation: {kind: images, photos: ../outputs/photos, labels: ../outputs/labels}}
        - {id: input, group: control, label: Input, representation: {kind: reference-images, source: input}}
      """)
    let script = Paths.join(Paths.parent(of: #filePath), "../../docs/example/write_images.py")
    let written = try program.shell("'\(Python.path)' '\(script)' data/cityscapes outputs")
    #expect(written.output.contains("6 images of either kind"), "\(written.output)")
    let outcome = try program.run("run", "scenes")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let results = try TableResults(file: program.folder.path("Results/scenes/quick/results.h5"))
    // Its networks give back what they are given.
    for column in ["photo-pixel", "labels-pixel"] {
      let ours = try #require(results.cell("ours", column)?.values.first)
      let input = try #require(results.cell("input", column)?.values.first)
      #expect(abs(ours - input) < 0.05, "\(column): \(ours) and \(input)")
    }
    // The same folder without a manifest, both directions at once.
    let scored = try program.run("score", "outputs", "--table", "scenes", "--json")
    #expect(scored.code == 0, "\(scored.errors)")
    for cell in try #require(JSON(parsing: Array(scored.output.utf8)).array) {
      let column = try #require(cell["column"]?.string)
      #expect(cell["value"]?.double == results.cell("ours", column)?.values.first, "\(column)")
    }
  }

  @Test func imagesOfAnotherProgramAreARow() throws {
    func rows(_ folder: String) -> String {
      """
        - {id: theirs, label: Theirs, representation: {kind: images, labels: ../\(folder), file: "scene-{id}.png"}}
        - {id: truth, group: control, label: Truth, representation: {kind: reference-images, source: target}}
      """
    }
    var program = try program(rows("outputs"))
    let outputs = program.folder.path("outputs")
    func plan() throws -> String { try program.run("plan", "scenes").output }

    let missing = try program.run("run", "scenes")
    #expect(missing.code == 6)
    #expect(missing.errors.contains("outputs"), "\(missing.errors)")

    try POSIXFileSystem().makeDirectories(outputs)
    for scene in 0..<6 {
      try DurableFile.write(
        StreetScenes.labels(100_000 + scene).png(), to: "\(outputs)/scene-\(scene + 1).png")
    }
    let outcome = try program.run("run", "scenes")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let results = try TableResults(file: program.folder.path("Results/scenes/quick/results.h5"))
    #expect(results.cell("theirs", "labels-iou")?.values == results.cell("truth", "labels-iou")?.values)
    #expect(results.cell("theirs", "photo-iou") == nil)
    // What a row leaves open is said, not passed over.
    let recorded = try program.run("check", "scenes", "--recorded")
    #expect(recorded.code == 3)
    let open = "row theirs, column photo-iou: 0 of 1 repeats were measured"
    #expect(recorded.output.contains(open), "\(recorded)")

    // Content counts, and not where it lies.
    let moved = program.folder.path("moved")
    try POSIXFileSystem().rename(outputs, to: moved)
    try add("scenes", rows("moved"), to: &program)
    let unchanged = try plan()
    #expect(unchanged.contains(" 0 to run"), "\(unchanged)")
    try DurableFile.write(StreetScenes.photo(1).png(), to: "\(moved)/scene-3.png")
    let changed = try plan()
    #expect(changed.contains("run     images of theirs"), "\(changed)")

    try POSIXFileSystem().removeFile("\(moved)/scene-3.png")
    let incomplete = try program.run("run", "scenes")
    #expect(incomplete.code == 6)
    #expect(incomplete.errors.contains("lacks 1 of 6 images: scene-3.png"), "\(incomplete.errors)")

    // All that cannot be used are named at once.
    try DurableFile.write(StreetScenes.labels(100_002).png(), to: "\(moved)/scene-3.png")
    let grey = Raster(width: 8, height: 8, colour: .grey, filledWith: Ink(grey: 90))
    try DurableFile.write(grey.png(), to: "\(moved)/scene-2.png")
    try DurableFile.write("nothing", to: "\(moved)/scene-5.png")
    let unusable = try program.run("run", "scenes")
    #expect(unusable.code == 6)
    for words in [
      "has 2 of 6 images that cannot be used: scene-2.png: it is grey where colours are needed; scene-5.png: ",
      ". Every test scene needs one in colour, all of one size",
    ] { #expect(unusable.errors.contains(words), "\(unusable.errors)") }

    for number in [2, 5] {
      try DurableFile.write(
        Raster(width: number, height: 1, colour: .rgb, filledWith: .black).png(),
        to: "\(moved)/scene-\(number).png")
    }
    let mixed = try program.run("run", "scenes")
    #expect(mixed.code == 6)
    #expect(
      mixed.errors.contains(
        "has 2 of 6 images that cannot be used: scene-2.png: it is 2 x 1 pixels where the most frequent size is"
      ),
      "\(mixed.errors)")
  }

  /// Three trainings of somebody's model are one row, and count as three only where each has images of its own.
  @Test func everyRepeatOfAnotherProgramHasItsFolder() throws {
    func rows(_ folder: String) -> String {
      "  - {id: theirs, label: Theirs, repeats: 3, representation: {kind: images, labels: \"../\(folder)\"}}"
    }
    var program = try program(rows("outputs-{repeat}"))
    for number in 1...3 {
      let folder = program.folder.path("outputs-\(number)")
      try POSIXFileSystem().makeDirectories(folder)
      for scene in 0..<6 {
        // The first is right, the others have some scenes for others.
        let shown = scene < number - 1 ? 5 - scene : scene
        try DurableFile.write(StreetScenes.labels(100_000 + shown).png(), to: "\(folder)/\(scene + 1).png")
      }
    }
    let outcome = try program.run("run", "scenes")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let results = try TableResults(file: program.folder.path("Results/scenes/quick/results.h5"))
    let values = try #require(results.cell("theirs", "labels-iou")?.values)
    #expect(values.count == 3)
    #expect(Set(values).count == 3, "\(values)")
    #expect(values.max() == values.first, "\(values)")

    try add("scenes", rows("outputs-1"), to: &program)
    let refused = try program.run("validate", "scenes")
    #expect(refused.code == 2)
    #expect(refused.errors.contains("`labels` names one folder for 3 repeats: "), "\(refused.errors)")
  }
}
