import Datasets
import Files
import Foundation
import Manifest
import Pipeline
import TestSupport
import Testing

@testable import Steps

/// Rows of files that others have made, as plans have them.
@Suite struct OutsidePlanTests {
  let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    for name in ["train.npy", "test.npy", "codes-1.npy", "codes-2.npy", "all.h5", "crc.npy"] {
      try folder.file(name, Array(name.utf8))
    }
  }

  private func experiment(_ representation: String, dataset: String = "cifar10", repeats: Int = 1) throws
    -> Experiment
  {
    let metrics = ["dsprites": "mig", "cityscapes": "class-iou, classifier: nearest-colour"]
    let metric = metrics[dataset] ?? "accuracy, classifier: l2-svm"
    return try ManifestFile.parse(
      text: """
        table: tiny
        title: A table
        source: {paper: Nobody 2000, place: Table 0}
        dataset: \(dataset)
        repeats: \(repeats)
        columns:
          - {id: c, label: C, metric: \(metric)}
        rows:
          - {id: ours, label: Ours, representation: \(representation)}
        """, path: "tiny.yaml", vocabulary: Kinds.standard.vocabulary
    ).experiment(.quick)
  }

  private func steps(_ experiment: Experiment, in folder: String? = nil) -> [Step] {
    let sources = DataSources.found(for: experiment, in: folder ?? self.folder.path)
    return Planner(sources: sources).plan(experiment).steps.filter { $0.kind.hasPrefix("outside-") }
  }

  private func identity(_ representation: String, in folder: String? = nil) throws -> String {
    try #require(steps(experiment(representation), in: folder).first).identity
  }

  private func problem(_ representation: String, dataset: String = "cifar10") -> String {
    let error = #expect(throws: ManifestError.self) { try experiment(representation, dataset: dataset) }
    return error?.diagnostics.first?.message ?? ""
  }

  @Test func `content and names of arrays are the identity, paths and times are not`() throws {
    let plain = try identity("{kind: features, train: train.npy, test: test.npy}")
    let other = try TemporaryDirectory()
    try other.file("a.npy", Array("train.npy".utf8))
    try other.file("below/b.npy", Array("test.npy".utf8))
    #expect(try identity("{kind: features, train: a.npy, test: below/b.npy}", in: other.path) == plain)
    #expect(try identity("{kind: features, train: \(other.path)/a.npy, test: test.npy}") == plain)
    try other.file("a.npy", Array("train.npz".utf8))
    #expect(try identity("{kind: features, train: a.npy, test: below/b.npy}", in: other.path) != plain)

    let first = try identity("{kind: features, train: \"all.h5:/a\", test: \"all.h5:/b\"}")
    #expect(try identity("{kind: features, train: \"all.h5:/a\", test: \"all.h5:/c\"}") != first)
  }

  @Test(arguments: [
    "flatten: true", "standardise: false", "units: 7", "train-checksums: crc.npy", "test-checksums: crc.npy",
  ])
  func `every other parameter is part of it too`(parameter: String) throws {
    let plain = try identity("{kind: features, train: train.npy, test: test.npy}")
    #expect(try identity("{kind: features, train: train.npy, test: test.npy, \(parameter)}") != plain)
  }

  @Test func `a repeat may have a file of its own, and repeats share one that has no number`() throws {
    let own = steps(
      try experiment("{kind: codes, file: \"codes-{repeat}.npy\"}", dataset: "dsprites", repeats: 2))
    #expect(own.map { Paths.name(of: $0.sources["codes"] ?? "") } == ["codes-1.npy", "codes-2.npy"])
    let shared = steps(try experiment("{kind: codes, file: codes-1.npy}", dataset: "dsprites", repeats: 2))
    #expect(shared.count == 1)
    // A fit has draws of its own for each repeat.
    let features = steps(try experiment("{kind: features, train: train.npy, test: test.npy}", repeats: 2))
    #expect(features.count == 1)
  }

  @Test func `a repeat of images has a folder of its own, or files`() throws {
    for name in ["made-1", "made-2"] { try folder.file("\(name)/a.png", Array(name.utf8)) }
    func steps(_ representation: String) throws -> [Step] {
      let experiment = try experiment(representation, dataset: "cityscapes", repeats: 2)
      var sources = DataSources()
      for path in Kinds.standard.outsidePaths(of: experiment) {
        sources.outside[path] = OutsideFiles(path, in: folder.path)
      }
      return Planner(sources: sources).plan(experiment).steps.filter { $0.kind.hasPrefix("outside-") }
    }
    let folders = try steps("{kind: images, labels: \"made-{repeat}\"}")
    #expect(folders.map { $0.sources["images"] } == [folder.path("made-1"), folder.path("made-2")])
    #expect(Set(folders.map(\.identity)).count == 2)
    #expect(folders.allSatisfy { !$0.readsMissingData })
    #expect(folders.map(\.label) == (1...2).map { "images of ours, repeat \($0), photos-to-labels" })
    let files = try steps("{kind: images, labels: made-1, file: \"{id}-{repeat}.png\"}")
    #expect(files.map { $0.parameters["file"]?.string } == ["{id}-1.png", "{id}-2.png"])
    #expect(files.map { $0.sources["images"] } == [folder.path("made-1"), folder.path("made-1")])
  }

  @Test func `what is not there is known before anything runs`() throws {
    let step = try #require(steps(experiment("{kind: features, train: train.npy, test: none.npy}")).first)
    #expect(step.readsMissingData)
    #expect(step.parameters["fingerprint"]?["test"] == "missing")
    let found = try #require(steps(experiment("{kind: features, train: train.npy, test: test.npy}")).first)
    #expect(!found.readsMissingData)
  }

  @Test func `what cannot be meant is an error of the manifest`() {
    #expect(
      problem("{kind: features, train: a.npy, test: a.npy}")
        == "`train` and `test` must be two arrays, but both are `a.npy`")
    #expect(
      problem("{kind: features, train: a.npz, test: a.npz}")
        == "`train` and `test` must be two arrays, but both are `a.npz`; one of several arrays of a file is named behind a "
        + "colon, `a.npz:NAME`")
    #expect(
      problem("{kind: features, train: a.pt, test: b.npy}").hasPrefix(
        "`train` must name an array in a .npy, .npz, .h5, .hdf5 or .safetensors file, but is `a.pt`, which holds pickled"
      ))
    #expect(problem("{kind: features, train: \"\", test: b.npy}").hasPrefix("`train` must name an array"))
    #expect(problem("{kind: codes, file: a.txt}", dataset: "dsprites").hasPrefix("`file` must name an array"))
    #expect(
      problem("{kind: codes, file: a.npy}")
        == "the representation `codes` does not go with the data set `cifar10`")
  }

  @Test func `files outside stand in a step's record, and nothing where there are none`() throws {
    let step = try #require(steps(experiment("{kind: features, train: train.npy, test: test.npy}")).first)
    let coded = try JSON(encoding: step)
    #expect(coded["sources"]?["train"]?.string == folder.path("train.npy"))
    #expect(try coded.decode(Step.self) == step)
    let plain = Step(kind: "k", version: 1, parameters: [:], label: "l")
    #expect(try JSON(encoding: plain)["sources"] == nil)
    #expect(try JSON(encoding: plain).decode(Step.self) == plain)
  }
}

/// `retable score` makes a row as a manifest would.
@Suite struct OutsideRowTests {
  private func experiment(_ dataset: String) -> Experiment {
    Experiment(
      table: "t", title: "T", source: Source(paper: "P", place: "Table 1"), profile: "quick",
      dataset: Configured(kind: dataset), columns: [],
      rows: [Row(id: "yours", label: "Y", representation: Configured(kind: "pixels"))])
  }

  private func problem(_ files: [String], _ settings: [String: String] = [:], _ dataset: String = "cifar10")
    -> String?
  {
    #expect(throws: StepsError.self) {
      try OutsideRow(files: files, settings: settings, in: experiment(dataset))
    }?.description
  }

  @Test func `files stand for the parameters in their order`() throws {
    let here = FileManager.default.currentDirectoryPath
    let row = try OutsideRow(
      files: ["a.npy", "/b/c.h5:/x"],
      settings: ["standardise": "false", "units": "12", "train-checksums": "crc.npy"],
      in: experiment("cifar10")
    ).row
    #expect(row.id == "yours-2")
    #expect(row.label == "a.npy, c.h5:/x")
    #expect(row.representation.kind == "features")
    #expect(row.representation.parameters["train"]?.string == "\(here)/a.npy")
    #expect(row.representation.parameters["test"] == "/b/c.h5:/x")
    #expect(row.representation.parameters["train-checksums"]?.string == "\(here)/crc.npy")
    #expect(row.representation.parameters["standardise"] == false)
    #expect(row.representation.parameters["units"] == 12)
    #expect(
      try OutsideRow(files: ["a.npy", "b.npy", "crc.npy"], in: experiment("cifar10")).row.label
        == "a.npy, b.npy")
    #expect(try OutsideRow(files: ["z.npy"], in: experiment("dsprites")).row.representation.kind == "codes")
  }

  @Test func `a folder of images without {repeat} is one repeat`() throws {
    let folder = try TemporaryDirectory()
    for name in ["made", "made-1"] { try folder.file("\(name)/labels/a.png", Array(name.utf8)) }
    func row(_ files: String..., dataset: String = "cityscapes") throws -> Row {
      try OutsideRow(files: files, in: experiment(dataset)).row
    }
    #expect(try row(folder.path("made")).repeats == 1)
    let numbered = try row(folder.path("made-{repeat}"))
    #expect(numbered.repeats == nil)
    #expect(numbered.representation.parameters["labels"]?.string == folder.path("made-{repeat}/labels"))
    #expect(numbered.representation.parameters["photos"] == "")
    #expect(try row("a.npy", "b.npy", dataset: "cifar10").repeats == nil)
    #expect(try row("z.npy", dataset: "dsprites").repeats == nil)
  }

  @Test func `what is wrong is told as a manifest would be told`() {
    #expect(problem(["a.npy"])?.hasPrefix("`test` is missing: ") == true)
    #expect(
      problem(["1.npy", "2.npy", "3.npy", "4.npy", "5.npy"])
        == "5 files are too many: they stand for train, test, train-checksums, test-checksums, in this order")
    #expect(problem(["a.npy", "b.pt"])?.hasPrefix("`test` must name an array") == true)
    #expect(
      problem(["a.npy", "b.npy"], ["flattened": "true"])
        == "`features` has no parameter `flattened`; it has train, test, train-checksums, test-checksums, flatten, "
        + "standardise, units")
    #expect(
      problem(["a.npy", "b.npy"], ["flatten": "yes"]) == "`flatten` must be true or false, but is `yes`")
    #expect(
      problem(["a.npy", "b.npy"], [:], "cityscapes")
        == "one folder of images is wanted, with photos or labels in it, and not 2 names")
    #expect(
      problem([#filePath], [:], "cityscapes")
        == "one folder of images is wanted, with photos or labels in it, and not a file")
    #expect(problem(["/nowhere"], [:], "cityscapes") == "there is no folder /nowhere")
    #expect(
      problem(["/usr"], [:], "cityscapes")
        == "/usr has no folder photos or labels: put images that were made of label maps into the one, and label maps "
        + "that were made of photographs into the other")
  }
}
