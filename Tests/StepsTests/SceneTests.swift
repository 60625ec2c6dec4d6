import Datasets
import Files
import Manifest
import Models
import Pipeline
import Testing

@testable import Steps

/// What is read of images and counted, and how the steps of scenes are planned.
@Suite struct SceneTests {
  @Test func everyTruePixelIsCountedOnce() {
    // Of 2 x 2 pixels, enlarged to 4 x 4: road, sidewalk / no class, building.
    let map = ClassMap(height: 2, width: 2, ids: [0, 1, 255, 2])
    let truth: [UInt8] = [
      0, 0, 1, 1,
      0, 1, 255, 1,
      2, 2, 2, 2,
      0, 255, 2, 0,
    ]
    let counts = truth.withUnsafeBufferPointer { map.confusions(with: $0, height: 4, width: 4, classes: 3) }
    #expect(
      counts == [
        3, 0, 1, 1,  // road: three rightly, one as building, one as no class
        1, 3, 0, 0,
        0, 0, 3, 2,
      ])
  }

  @Test func coloursMayBeEnlargedBeforeTheyAreRead() throws {
    // A pixel of road left of one of sidewalk.
    let image = ImageStack(channels: 3, height: 1, width: 2, bytes: [128, 244, 64, 35, 128, 232])
    let truth = ImageStack(channels: 1, height: 1, width: 8, bytes: [UInt8](repeating: 0, count: 8))
    let context = StepContext(
      step: Step(kind: "k", version: 1, parameters: [:], label: "l"), inputs: [:], output: "", checkpoint: "")
    var reader = NearestColour()
    func ids() throws -> ClassMap { try reader.reading(context).maps(image, [0], truth)[0] }
    #expect(try ids().ids == [0, 1])
    reader.enlarge = .colours
    let enlarged = try ids()
    #expect(enlarged.width == 8)
    #expect(enlarged.ids.first == 0 && enlarged.ids.last == 1)
    #expect(enlarged.ids.count == 8)
  }

  @Test func pixelsOfNoClassAreBlackInPictures() {
    let map = ClassMap(height: 1, width: 2, ids: [0, 255])
    #expect(map.planes == [128, 0, 64, 0, 128, 0])
    #expect(
      SceneScores([[0, 0, 0, 1] + [Int32](repeating: 0, count: 376)]).details["answered-no-class"] == 0)
    var image = [Int32](repeating: 0, count: 19 * 20)
    (image[0], image[19]) = (3, 1)
    #expect(SceneScores([image]).details["answered-no-class"] == 0.25)
  }

  @Test func theSpreadOfEqualImagesIsNone() {
    func images(_ bytes: [UInt8]) -> ImageStack {
      ImageStack(channels: 1, height: 1, width: 2, bytes: bytes)
    }
    let varied = images([0, 10, 20, 10])
    #expect(Spread.ratio(images([7, 9, 7, 9]), varied) == 0)
    #expect(Spread.ratio(varied, varied) == 1)
    #expect(Spread.ratio(images([0, 10, 10, 10]), varied) == 0.5)
    #expect(Spread.ratio(varied, images([7, 9, 7, 9])) == 0)
    #expect(Spread.ratio(varied, images([0, 0, 0, 10, 99, 99, 20, 10]), items: [1, 3]) == 1)
  }

  @Test(arguments: [1, 6, 40, 500]) func shownScenesAreDistinct(count: Int) {
    for indices in [ShownScenes.indices(of: count, 6), ProbeScenes.indices(of: count, side: 64)] {
      #expect(Set(indices).count == indices.count)
      #expect(indices.allSatisfy { (0..<count).contains($0) })
      #expect(indices == indices.sorted())
    }
    #expect(ShownScenes.indices(of: count, 6).count == min(count, 6))
  }

  private static func experiment() throws -> Experiment {
    let text = """
      table: t
      title: T
      source: {paper: P, place: Table 2}
      dataset: {kind: cityscapes, side: 16}
      repeats: 2
      columns:
        - {id: a, label: A, metric: class-iou, classifier: &fcn {kind: fcn, read-side: 32, updates: 5}}
        - {id: b, label: B, metric: pixel-accuracy, classifier: *fcn}
        - {id: c, label: C, metric: class-iou, classifier: nearest-colour}
      rows:
        - {id: gan, label: GAN, representation: {kind: cyclegan, updates: 4}}
        - {id: once, label: Once, extends: gan, repeats: 1, set: {representation.pool: 3}}
        - {id: layout, label: Layout, representation: {kind: fixed-layout, layout: mean}}
      """
    return try ManifestFile.parse(text: text, path: "t.yaml", vocabulary: Kinds.standard.vocabulary)
      .experiment(.quick)
  }

  @Test func oneTrainingServesBothDirectionsAndOneReaderAllRows() throws {
    let plan = Planner(sources: DataSources()).plan(try Self.experiment())
    func count(_ kind: String, _ label: String? = nil) -> Int {
      plan.steps.count { $0.kind == kind && (label.map($0.label.contains) ?? true) }
    }
    // Two repeats of one row, one of the other, and what reads the photographs.
    #expect(count("train", "train gan") == 2)
    #expect(count("train", "train once") == 1)
    #expect(count("train", "reader") == 1)
    #expect(count("train") == 4)
    // Either direction of every training.
    #expect(count("translate") == 6)
    // Two columns of one reader are statistics of one artifact.
    #expect(count("confusions") == 6)
    #expect(plan.targets.count { $0.role == .score && $0.row == "gan" } == 6)
    #expect(plan.targets.count { $0.role == .score && $0.row == "once" } == 3)
    // An answer without images is one for all columns.
    #expect(count("fixed-layout") == 1)
    // For a picture of all rows: of the first repeat of either row in either direction, and once for the table what was given
    // and what was to be made.
    #expect(count("examples", "gan") == 2)
    #expect(count("examples", "once") == 2)
    #expect(count("examples") == 8)
    let instruments = Set(plan.targets.filter { $0.role == .instrument }.map(\.identity))
    #expect(instruments == Set(plan.steps.filter { $0.label.contains("train the reader") }.map(\.identity)))
  }

  @Test func aCurveIsReadByTheFirstReaderOfEitherDirection() throws {
    let text = """
      table: t
      title: T
      source: {paper: P, place: Table 2}
      dataset: {kind: cityscapes, side: 16}
      columns:
        - {id: a, label: A, metric: class-iou, rows: [other], classifier: {kind: fcn, read-side: 32, updates: 5}}
        - {id: b, label: B, metric: class-iou, classifier: {kind: fcn, read-side: 32, updates: 6}}
        - {id: c, label: C, metric: class-iou, classifier: {kind: fcn, read-side: 32, updates: 7}}
        - {id: d, label: D, metric: class-iou, classifier: nearest-colour}
        - {id: e, label: E, metric: class-iou, classifier: {kind: nearest-colour, distance: l1}}
      rows:
        - {id: gan, label: GAN, representation: {kind: cyclegan, updates: 4}}
        - {id: other, label: Other, extends: gan, set: {representation.pool: 3}}
      """
    let experiment = try ManifestFile.parse(
      text: text, path: "t.yaml", vocabulary: Kinds.standard.vocabulary
    ).experiment(.quick)
    let plan = Planner(sources: DataSources()).plan(experiment)
    for (row, updates) in [("gan", 6), ("other", 5)] {
      let curve = try #require(plan.targets.first { $0.role == .model && $0.row == row })
      let step = try #require(plan.step(curve.identity))
      let readers = try #require(step.parameters["readers"]?.array)
      #expect(readers.map { $0["kind"]?.string } == ["fcn", "nearest-colour"])
      #expect(readers.first?["updates"]?.int == updates)
      #expect(readers.last?["distance"]?.string == "l2")
      let reader = try #require(step.inputs[SceneRole.reader].flatMap(plan.step))
      #expect(reader.parameters["updates"]?.int == updates)
    }
  }

  @Test func coloursAreLookedUpOnTheProcessor() throws {
    let plan = Planner(sources: DataSources()).plan(try Self.experiment())
    let reading = plan.steps.filter { ["confusions", "examples"].contains($0.kind) }
    #expect(Set(reading.map(\.needs.device)) == [true, false])
    for step in reading {
      #expect(step.needs.device == (step.parameters["reader"]?["kind"]?.string == "fcn"), "\(step.label)")
    }
  }

  @Test func readersAreKnownByTheirPort() throws {
    let kinds = Kinds.standard
    for reader in kinds.readers {
      #expect(reader.kind.takes == .images)
      #expect(reader.kind.gives == [.confusions])
    }
    #expect(Set(kinds.readers.map { $0.reads }) == Set(TranslationDirection.allCases))
  }

  /// Everything that is wrong with a table of one row; "fine" where nothing is.
  private func problem(
    _ representation: String, dataset: String = "side: 16", classifier: String = "nearest-colour",
    row: String = ""
  ) -> String {
    let text = """
      table: t
      title: T
      source: {paper: P, place: Table 2}
      dataset: {kind: cityscapes, \(dataset)}
      columns: [{id: a, label: A, metric: class-iou, classifier: \(classifier)}]
      rows: [{id: r, label: R, \(row)representation: \(representation)}]
      """
    do {
      _ = try ManifestFile.parse(text: text, path: "t.yaml", vocabulary: Kinds.standard.vocabulary)
      return "fine"
    } catch {
      let diagnostics = (error as? ManifestError)?.diagnostics
      return diagnostics?.map { "\($0.line): \($0.message)" }.joined(separator: "\n") ?? "\(error)"
    }
  }

  @Test func odderManifestsAreRefusedWithTheirPlace() {
    #expect(problem("{kind: cyclegan, updates: 1}") == "fine")
    #expect(
      problem("{kind: cyclegan, updates: 1, adversarial: false, forward-cycle: 0, backward-cycle: 0}")
        .contains("without `adversarial` some term must have a weight"))
    #expect(
      problem("{kind: pix2pix, updates: 1, dropout: true}").contains("`dropout` is of U-Nets' decoders"))
    #expect(problem("{kind: pix2pix, updates: 1, generator: u-net, dropout: true}") == "fine")
    #expect(problem("{kind: images}").contains("`photos`, `labels` or both must name a folder of images"))
    #expect(problem("{kind: images, photos: x, file: a.png}").contains("`file` must have {id} in it"))
    #expect(
      problem("{kind: cyclegan, updates: 1}", dataset: "side: 16, load-side: 12")
        .contains("`load-side` must be at least `side`, which is 16, or 0, but is 12"))
    #expect(problem("{kind: reference-images}").contains("source"))
    #expect(problem("{kind: dcgan, updates: 1}").contains("dcgan"))
    // The truth that images are held against is of the test scenes.
    #expect(problem("{kind: reference-images, source: target}", row: "split: test, ") == "fine")
    #expect(
      problem("{kind: reference-images, source: target}", row: "split: train, ")
        .contains("no cell can be measured on the split `train` of the data set `cityscapes`"))
  }

  /// Sizes that networks cannot make would fail in a training, after hours of others.
  @Test(arguments: [
    ("cyclegan", "", 18, "a side of 18 pixels; it needs a multiple of 4 from 8 on for residual generators"),
    ("bigan", "", 18, "a side of 18 pixels; it needs a multiple of 4 from 8 on for residual generators"),
    (
      "pix2pix", ", generator: u-net", 48,
      "a side of 48 pixels; it needs a power of two from 8 on for U-nets"
    ),
    ("cogan", "", 24, "images of side 24; it needs a power of two from 8 to 1024"),
    ("cogan", ", filters: 8", 128, "8 filters, halved 5 times up to 128 pixels; it needs at least 32"),
  ])
  func sizesThatNetworksCannotMakeAreRefused(kind: String, fields: String, side: Int, problem: String) {
    let representation = "{kind: \(kind), updates: 1\(fields)}"
    let message = "6: with `side: \(side)` under `dataset`, `\(kind)` cannot use \(problem)"
    // In all profiles, and in one alone.
    for sides in ["\(side)", "{quick: 16, desk: \(side), paper: 16}"] {
      #expect(self.problem(representation, dataset: "side: \(sides)") == message)
    }
  }

  @Test func sizesThatNetworksCanMakeAreTaken() {
    #expect(problem("{kind: pix2pix, updates: 1}", dataset: "side: 48") == "fine")
    #expect(problem("{kind: pix2pix, updates: 1, generator: u-net}", dataset: "side: 64") == "fine")
    #expect(problem("{kind: cyclegan, updates: 1, feature: 1}", dataset: "side: 20") == "fine")
    #expect(problem("{kind: cogan, filters: 32, updates: 1}", dataset: "side: 128") == "fine")
    // What trains nothing has no size that it cannot make.
    #expect(problem("{kind: reference-images, source: target}", dataset: "side: 18") == "fine")
  }

  @Test func oneFolderIsNoMeasurementForSeveralRepeats() {
    let thrice = "repeats: 3, "
    let advice = "write {repeat} in its path, or give the row `repeats: 1`"
    #expect(
      problem("{kind: images, labels: x}", row: thrice)
        == "6: `labels` names one folder for 3 repeats: \(advice)")
    #expect(problem("{kind: images, labels: x}", row: "repeats: 1, ") == "fine")
    #expect(problem(#"{kind: images, labels: "x-{repeat}"}"#, row: thrice) == "fine")
    let files = #"{kind: images, labels: x, file: "{id}-{repeat}.png"}"#
    #expect(problem(files, row: thrice) == "fine")
  }

  @Test func imagesThatNoColumnReadsAreRefused() {
    let unread =
      "6: `photos` would not be read: the row has no column whose classifier reads photographs. Add one "
      + "(`classifier: fcn`), or leave `photos` out"
    #expect(problem("{kind: images, photos: x}") == unread)
    #expect(problem("{kind: images, photos: x, labels: y}") == unread)
    #expect(problem("{kind: images, labels: y}") == "fine")
    let fcn = "{kind: fcn, read-side: 32, updates: 5}"
    #expect(problem("{kind: images, photos: x}", classifier: fcn) == "fine")
    #expect(
      problem("{kind: images, labels: x}", classifier: fcn)
        == "6: `labels` would not be read: the row has no column whose classifier reads label maps. Add one "
        + "(`classifier: nearest-colour`), or leave `labels` out")
  }
}
