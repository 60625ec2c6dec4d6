import Files
import Results
import TestSupport
import Testing

/// Whole runs of a small table with few labels: every classifier, on images that anyone can tell apart.
@Suite(.serialized) struct FewLabelsRunTests {
  private static let columns = """
    columns:
      - {id: error, label: Error, unit: "%", better: lower, aggregate: draws, metric: error-rate,
         labels-per-class: 5, draws: 2,
         classifier: {kind: l2-svm, validation-draws: 2, C: [0.001, 0.01]}}
    """

  private static let rows = """
    rows:
      - id: knn
        label: KNN
        published: {error: {value: 77.93, spread: 0.08, spread-kind: standard-error}}
        representation: {kind: pca, components: 12, whiten: false}
        classifier: {kind: knn, k: [1, 3], validation-draws: 2}
      - {id: tsvm, extends: knn, label: TSVM, classifier: {kind: tsvm, lambda: [0.01, 0.1]}}
      - id: m1
        label: M1
        representation: {kind: gaussian-vae, components: 12, hidden: [8], latents: 4, batch: 50, updates: 20}
      - id: m2
        extends: m1
        label: M1+M2
        classifier: {kind: semi-supervised-vae, hidden: 8, latents: 2, labelled-batch: 10, unlabelled-batch: 20,
                     updates: 12}
      - id: swwae
        label: SWWAE
        representation: images
        draws: 1
        classifier: {kind: what-where-autoencoder, widths: [4, 4, 4, 4], labelled-batch: 10, unlabelled-batch: 10,
                     updates: 4}
      - {id: dcgan, label: DCGAN,
         representation: {kind: dcgan, architecture: svhn, images: svhn, widths: [4, 4, 8], latents: 4, batch: 8,
                          updates: 3}}
      - id: cnn
        label: CNN
        published: {error: {value: 28.87, split: validation}}
        representation: images
        split: validation
        draws: 1
        classifier: {kind: cnn, widths: [4, 4], batch: 10, updates: 8}
        search:
          trials: 3
          over: {classifier.learning-rate: {log-uniform: [1.0e-4, 1.0e-2]}}
          stop: {after: 0.5, keep: 0.5}
      - {id: cnn-test, extends: cnn, label: "… on the test images", group: control, published: {}, split: test}
      - {id: pixels, label: Pixels, group: control, representation: pixels}
    expect:
      - knn < m2 on error
    """

  private func program(
    _ dataset: String = "validation-images: 100", columns: String = columns, rows: String = rows
  )
    throws -> Program
  {
    var program = try Program()
    program.environment["RETABLE_DATA"] = program.folder.path("data")
    try program.folder.file("data/svhn/train_32x32.mat", HouseNumbers.stripes(perClass: 30))
    try program.folder.file("data/svhn/test_32x32.mat", HouseNumbers.stripes(perClass: 12, first: 300))
    try program.manifest(
      "few",
      """
      table: few
      title: Few labels
      source: {paper: Nobody 2000, place: Table 0}
      dataset: {kind: svhn, \(dataset)}
      seed: 3
      \(columns)
      \(rows)
      """)
    return program
  }

  @Test func everyClassifierAnswers() throws {
    var program = try program()
    let outcome = try program.run("run", "few")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let path = program.folder.path("Results/few/quick")
    let results = try TableResults(file: "\(path)/results.h5")
    #expect(results.openRows.isEmpty)
    func error(_ row: String) throws -> [Double] { try #require(results.cell(row, "error")).values }
    #expect(try error("knn").count == 2)
    let (knnError, tsvmError) = (try error("knn"), try error("tsvm"))
    #expect(knnError.allSatisfy { $0 < 20 }, "\(knnError)")
    #expect(tsvmError.allSatisfy { $0 < 20 }, "\(tsvmError)")
    #expect(try error("swwae").count == 1)
    #expect(try error("dcgan").allSatisfy { (0...100).contains($0) })

    // Which images are which is part of the evidence, and no image is in two parts.
    let (train, held) = (try #require(results.splits["train"]), try #require(results.splits["validation"]))
    #expect(held.count == 100 && train.count == 200)
    #expect(Set(train + held) == Set(0..<300))

    // Draws of labels are the same for every row, balanced, and of the training part.
    let knn = try answers(results, "knn")
    #expect(try answers(results, "m2").labelled == knn.labelled)
    #expect(try answers(results, "swwae").labelled == Array(try #require(knn.labelled).prefix(1)))
    for draw in try #require(knn.labelled) {
      #expect(draw.count == 50)
      #expect(draw.max() ?? 200 < 200)
    }

    // What is chosen on the validation images says so.
    let selection = try #require(results.cell("knn", "error")?.repeats[0].selection)
    #expect(selection.parameter == "k" && selection.criterion == "accuracy on 100 validation images")
    #expect(selection.draws.count == 2 && Set(selection.draws.map(\.chosen)).count == 1)
    #expect(try #require(results.cell("pixels", "error")?.repeats[0].selection).parameter == "C")

    // Two splits of one network share its search.
    #expect(try answers(results, "cnn").actual.count == 100)
    #expect(try answers(results, "cnn-test").actual.count == 120)
    let searches = try ["cnn", "cnn-test"].map { try #require(results.searches(of: $0).first) }
    #expect(searches[0].criterion == "accuracy on 100 validation images")
    #expect(searches[0].trials == searches[1].trials && searches[0].winner == searches[1].winner)

    let table = try POSIXFileSystem().text(of: "\(path)/table.md")
    #expect(table.contains("the training file has 300 of 73,257 images"))
    #expect(table.contains("(1 draw)"), "a row with fewer draws than the heading says so")
    for chart in ["error-against-k", "error-against-lambda", "error-against-c"] {
      #expect(try POSIXFileSystem().exists("\(path)/figures/\(chart).png"), "\(chart)")
    }
    for picture in [
      "reconstructions-m1", "reconstructions-m2", "reconstructions-swwae", "walk-dcgan", "arithmetic-dcgan",
      "samples-dcgan",
    ] {
      #expect(try POSIXFileSystem().exists("\(path)/figures/\(picture).png"), "\(picture)")
    }

    // A training that is killed continues, and the table is the same to the byte.
    let expected = try Digest.hexOfFile("\(path)/results.h5")
    var broken = program
    broken.environment["RETABLE_STORE"] = program.folder.path("other-store")
    broken.environment["RETABLE_CHECKPOINT_SECONDS"] = "0"
    broken.environment["RETABLE_FAULT"] = "worker:write:25"
    let codes = try (0..<3).map { _ in try broken.run("run", "few", "--results", "Broken").code }
    #expect(codes.contains { $0 != 0 }, "nothing was killed")
    broken.environment["RETABLE_FAULT"] = nil
    let resumed = try broken.run("run", "few", "--results", "Broken")
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(try Digest.hexOfFile(program.folder.path("Broken/few/quick/results.h5")) == expected)
    program.environment["RETABLE_STORE"] = program.folder.path("store")
    #expect(try program.run("check", "--recorded").code == 0)
  }

  /// The header of a MATLAB file has the date in it: unpacked on another day, the same images have another digest.
  @Test func aRecordOutlivesAnotherDayOfUnpacking() throws {
    let program = try program(
      rows: """
        rows:
          - {id: pixels, label: Pixels, representation: pixels}
          - {id: cnn, label: CNN, representation: images, split: validation, draws: 1,
             classifier: {kind: cnn, widths: [4, 4], batch: 10, updates: 4}}
          - {id: constant, label: A constant, group: control, representation: constant}
        """)
    #expect(try program.run("run", "few", "--row", "pixels", "--row", "cnn", "--record").code == 0)
    let path = "Results/few/quick/results.h5"
    let before = try TableResults(file: program.folder.path(path))
    let first = try #require(before.cell("pixels", "error"))
    let validated = try #require(before.cell("cnn", "error"))
    for name in ["train", "test"] {
      let file = program.folder.path("data/svhn/\(name)_32x32.mat")
      var bytes = try POSIXFileSystem().contents(of: file)
      bytes[60] ^= 1
      try program.folder.file("data/svhn/\(name)_32x32.mat", bytes)
    }
    let other = try program.run("run", "few", "--row", "constant", "--record", "--store", "elsewhere")
    #expect(other.code == 0, "\(other.errors)")
    let after = try TableResults(file: program.folder.path(path))
    #expect(after.cell("pixels", "error") == first)
    // No row of the other store has answered for these images.
    #expect(after.cell("cnn", "error") == validated)
    #expect(after.cell("constant", "error") != nil)

    // Other images are no reason to keep a number.
    try program.folder.file("data/svhn/test_32x32.mat", HouseNumbers.stripes(perClass: 12, first: 301))
    let changed = try program.run("run", "few", "--row", "constant", "--record", "--store", "third")
    #expect(changed.code == 2)
    #expect(changed.errors.contains("has row 'pixels', measured in another way"), "\(changed.errors)")
    #expect(changed.errors.contains("(1 of them) out of the table with --drop-outdated"), "\(changed.errors)")
    let dropped = try program.run(
      "run", "few", "--row", "constant", "--record", "--drop-outdated", "--store", "third")
    #expect(dropped.code == 0, "\(dropped.errors)")
    #expect(
      dropped.output.contains("no longer in the table: what was recorded of pixels\n"), "\(dropped.output)")
    #expect(try TableResults(file: program.folder.path(path)).cells.map(\.row) == ["cnn", "constant"])
    #expect(try program.run("run", "few", "--row", "constant", "--drop-outdated").code == 2)

    // Nor are training images with the same labels and other pixels.
    try program.folder.file("data/svhn/train_32x32.mat", HouseNumbers.stripes(perClass: 30, first: 1))
    let relearned = try program.run("run", "few", "--row", "constant", "--record", "--store", "fourth")
    #expect(relearned.errors.contains("has row 'cnn', measured in another way"), "\(relearned.errors)")

    // What only the manifest decides is known before anything runs.
    let manifest = program.folder.path("Experiments/few.yaml")
    try DurableFile.write(
      try POSIXFileSystem().text(of: manifest).replacing("id: cnn", with: "id: network"), to: manifest)
    let gone = try program.run("run", "few", "--row", "constant", "--record", "--store", "fifth")
    #expect(gone.code == 2)
    #expect(
      gone.errors
        == "error: Results/few/quick has row 'cnn', which the manifest no longer has; --drop-outdated takes "
        + "it out of the table\n", "\(gone.errors)")
  }

  private func answers(_ results: TableResults, _ row: String) throws -> Answers {
    guard case .answers(let answers) = try #require(results.cell(row, "error")?.repeats[0].outcomes) else {
      throw TestError()
    }
    return answers
  }

  private struct TestError: Error {}

  private static func column(_ more: String, classifier: String) -> String {
    """
    columns:
      - {id: error, label: Error, unit: "%", better: lower, metric: error-rate, \(more)classifier: \(classifier)}
    """
  }

  @Test func whatAnswersForARowIsDescribed() throws {
    let described = try program().run("describe", "few").output
    for text in [
      "answered by l2-svm, C [0.001,0.01],", "5 labels of each class, 2 draws\n",
      "answered by knn, k [1,3], validation-draws 2\n",
      "1 draw, on the validation split\n",
    ] { #expect(described.contains("      \(text)"), "\(described)") }
  }

  /// What a manifest can be told before anything runs.
  @Test(arguments: [
    (
      "validation-images: 0", "labels-per-class: 5, ", "{kind: knn, k: [1, 3]}", "pixels",
      "`k` has to be chosen on a validation split, and the data set holds none out: give one value, or "
        + "`validation-images` under `dataset` where it has such"
    ),
    (
      "validation-images: 100", "", "{kind: tsvm}", "pixels",
      "the classifier `tsvm` learns from images without labels, and the column leaves none: give `labels-per-class`"
    ),
    (
      "validation-images: 100", "", "{kind: semi-supervised-vae, updates: 1}", "pixels",
      "the classifier `semi-supervised-vae` learns from images without labels, and the column leaves none"
    ),
    (
      "validation-images: 100", "labels-per-class: 5, ", "{kind: semi-supervised-vae, updates: 1}",
      "{kind: kmeans, centroids: 8, mirrored: true}",
      "the classifier `semi-supervised-vae` learns from the features of images alone, not from those of mirror images"
    ),
    (
      "validation-images: 100", "split: validation, labels-per-class: 5, ", "{kind: knn, k: [1, 3]}",
      "pixels",
      "`k` would be chosen on the very images that the split `validation` answers for: give one value, or measure "
        + "on another split"
    ),
    (
      "validation-images: 0", "split: validation, labels-per-class: 5, ", "{kind: knn}", "pixels",
      "nothing is held out as the split `validation`, because `validation-images` is 0"
    ),
    (
      "validation-images: 100", "labels-per-class: 5, draws: 2, ", "{kind: cnn, updates: 4}",
      "images, classifier: {kind: cnn, updates: 4}, "
        + "search: {trials: 2, over: {classifier.dropout: {uniform: [0, 0.5]}}}",
      "the row `r` searches over its classifier on one draw of labels, and the column `error` has 2"
    ),
    (
      "validation-images: 100", "split: tset, labels-per-class: 5, ", "{kind: knn}", "pixels",
      "no cell can be measured on the split `tset` of the data set `svhn`"
    ),
    (
      "validation-images: 100", "labels-per-class: 5, ", "{kind: cnn, updates: 1}", "pixels",
      "the metric `error-rate` takes answers, and the row `r` leaves features, of which the classifier `cnn` makes "
        + "nothing: it takes labelled images"
    ),
  ])
  func whatCannotBeIsSaidBeforehand(
    dataset: String, more: String, classifier: String, representation: String, message: String
  ) throws {
    let program = try program(
      dataset, columns: Self.column(more, classifier: classifier),
      rows: "rows:\n  - {id: r, label: R, representation: \(representation)}")
    let outcome = try program.run("validate", "Experiments/few.yaml")
    #expect(outcome.code == 2)
    #expect((outcome.output + outcome.errors).contains(message), "\(outcome.output)\(outcome.errors)")
  }

  /// What only the data can tell.
  @Test(arguments: [
    (
      "validation-images: 100", "labels-per-class: 50, ", "{kind: knn}", "pixels",
      "50 labels of class '1' were asked for and there are"
    ),
    (
      "validation-images: 300", "labels-per-class: 5, ", "{kind: knn}", "pixels",
      "300 of 300 training images cannot be held out, because none would be left to learn from; lower "
        + "`validation-images`"
    ),
    (
      "validation-images: 100", "labels-per-class: 5, ", "{kind: knn}", "{kind: pca, components: 500}",
      "500 principal components were asked for, and 200 training images of 3072 pixels have at most 200"
    ),
    (
      "validation-images: 100", "labels-per-class: 5, ", "{kind: knn}",
      "{kind: released-discriminator, network: svhn}",
      "git clone https://github.com/Newmu/dcgan_code"
    ),
    (
      "validation-images: 100", "labels-per-class: 5, ", "{kind: knn}",
      "{kind: gaussian-vae, components: 12, hidden: [8], latents: 4, batch: 50, learning-rate: 1, updates: 400}",
      "at update"
    ),
  ])
  func whatTheDataLackIsSaid(
    dataset: String, more: String, classifier: String, representation: String, message: String
  ) throws {
    let program = try program(
      dataset, columns: Self.column(more, classifier: classifier),
      rows: "rows:\n  - {id: r, label: R, representation: \(representation)}")
    let outcome = try program.run("run", "few")
    #expect(outcome.code != 0)
    #expect((outcome.output + outcome.errors).contains(message), "\(outcome.output)\(outcome.errors)")
  }
}
