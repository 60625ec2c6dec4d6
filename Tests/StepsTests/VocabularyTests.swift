import Manifest
import Testing

@testable import Steps

/// Values that no field forbids by itself, and that no step could work with.
@Suite struct VocabularyTests {
  private func messages(
    representation: String, dataset: String = "cifar10", metric: String = "feature-units",
    row: String = ""
  ) -> [String] {
    let text = """
      table: tiny
      title: A table
      source: {paper: Nobody 2000, place: Table 0}
      dataset: \(dataset)
      columns:
        - {id: one, label: One, metric: \(metric)}
      rows:
        - {id: only, label: Only, \(row)representation: \(representation)}

      """
    do {
      return try ManifestFile.parse(text: text, path: "tiny.yaml", vocabulary: Kinds.standard.vocabulary)
        .warnings.map(
          \.message)
    } catch {
      return (error as? ManifestError)?.diagnostics.map(\.message) ?? ["\(error)"]
    }
  }

  @Test func aSetWithoutSplitsHasNoneToBeMeasuredOn() {
    func messages(_ row: String) -> [String] {
      self.messages(
        representation: "ground-truth", dataset: "{kind: dsprites, pool: 100}",
        metric: "{kind: mig, points: 100}", row: row)
    }
    #expect(messages("") == [])
    let refusal = "no cell can be measured on the split `train` of the data set `dsprites`"
    #expect(messages("split: train, ") == [refusal])
  }

  @Test(arguments: [
    (
      "{kind: exemplar-cnn, updates: 5, channels: [8]}",
      "`channels` must be a list of 2 to 3 entries, each entry a whole number from 1 to 4096, but has 1"
    ),
    (
      "{kind: exemplar-cnn, updates: 5, seeds: 10, clusters: 11}",
      "`clusters` must be at most `seeds`, which is 10, but is 11"
    ),
    (
      "{kind: dcgan, updates: 5, widths: [8, 8, 8, 8]}",
      "`widths` needs 6 numbers, one for each convolution of the architecture, and has 4"
    ),
    (
      "{kind: dcgan, updates: 5, layers: []}",
      "`layers` must be a list of 1 to 6 entries, each entry a whole number from 1 to 6, but is an empty list"
    ),
    (
      "{kind: kmeans, centroids: 5, views: 6}",
      "`views` must be a square number such as 1, 4 or 9, but is 6"
    ),
    (
      "{kind: layered-kmeans, centroids: 5, groups: 2, group-maps: 6, group-centroids: 3}",
      "`group-maps` must be at most `centroids`, which is 5, but is 6"
    ),
    (
      "{kind: layered-kmeans, centroids: 50, groups: 2, group-maps: 30, group-centroids: 10}",
      "`group-maps` is 30, and the second layer has 20 maps (`groups` times `group-centroids`) for the third to choose from"
    ),
  ])
  func representationsThatCannotBe(text: String, message: String) {
    #expect(messages(representation: text) == [message])
  }

  @Test func batchStatisticsNeedTwoImages() {
    #expect(
      messages(representation: "{kind: infogan, updates: 5, batch: 1}", dataset: "dsprites", metric: "mig")
        == [
          "`batch` must be at least 2, because batch statistics need more than one image, but is 1"
        ])
  }

  @Test func factorsAreToldApart() {
    func messages(_ factors: String) -> [String] {
      self.messages(
        representation: "ground-truth", dataset: "dsprites",
        metric: "{kind: higgins, factors: [\(factors)], pairs: 4}")
    }
    #expect(messages("x, y") == [])
    #expect(
      messages("x, y, scale, x") == [
        "`factors` names a factor twice, which no classifier can tell from itself: x, y, scale, x"
      ])
    #expect(messages("x") == ["`factors` must be at least two: the score is how well they are told apart"])
  }

  @Test func aToleranceIsNoFinerThanATestPoint() {
    func messages(_ tolerance: String) -> [String] {
      self.messages(
        representation: "ground-truth", dataset: "dsprites",
        metric:
          "{kind: higgins, factors: [x, y], pairs: 4, test-points: 1000}, unit: \"%\", tolerance: \(tolerance)"
      )
    }
    #expect(messages("0.1") == [])
    #expect(
      messages("0.01") == [
        "the tolerance 0.01 is finer than one test item: 1000 items move the score in steps of 0.1"
      ])
  }

  @Test func drawsOfEveryLabelAreOne() {
    func messages(_ classifier: String, _ labels: String = "") -> [String] {
      self.messages(
        representation: "pixels", metric: "accuracy, draws: 3, \(labels)classifier: {kind: \(classifier)}")
    }
    let problem =
      "column `one`: nothing is drawn where every label is taken, and 3 draws would be one: give `labels-per-class`, or "
      + "leave `draws` out"
    #expect(messages("knn") == [problem])
    #expect(messages("l2-svm") == [problem])
    #expect(messages("l2-svm", "labels-per-class: 10, ") == [])
  }

  @Test func aClaimIsOfASplitThatThereIs() {
    func messages(_ split: String) -> [String] {
      self.messages(
        representation: "pixels", metric: "accuracy, classifier: l2-svm",
        row: "published: {one: {value: 3, split: \(split)}}, ")
    }
    #expect(messages("test") == [])
    #expect(messages("tset") == ["`tset` is no split of the data set `cifar10`"])
  }

  @Test func aSearchHasImagesToBeJudgedOn() {
    let over = "search: {trials: 2, over: {representation.learning-rate: {uniform: [0.001, 0.1]}}"
    func messages(_ images: Int) -> [String] {
      self.messages(
        representation: "{kind: dcgan, updates: 5}", dataset: "{kind: cifar10, train-images: \(images)}",
        row: over + ", validation: {train: 800, held-out: 300}}, ")
    }
    #expect(messages(1100) == [])
    #expect(
      messages(1000) == [
        "the search fits on 800 training images and holds 300 out, and the table has 1000"
      ])
    func searched(_ dataset: String) -> [String] {
      self.messages(
        representation: "images", dataset: dataset, metric: "accuracy, labels-per-class: 10",
        row:
          "draws: 1, classifier: {kind: cnn, updates: 5}, search: {trials: 2, over: {classifier.learning-rate: {uniform: [0.001, 0.1]}}}, "
      )
    }
    #expect(searched("{kind: svhn, validation-images: 100}") == [])
    #expect(
      searched("{kind: svhn, validation-images: 0}") == [
        "a search over a classifier is judged on validation images, and none are held out, because `validation-images` is 0"
      ])
    #expect(
      searched("cifar10") == [
        "a search over a classifier is judged on validation images, and the data set `cifar10` has none"
      ])
  }

  @Test func oneFoldIsNoCrossValidation() {
    #expect(
      messages(representation: "pixels", metric: "accuracy, classifier: {kind: l2-svm, folds: 1}") == [
        "`folds` must be at least 2, or 0 to hold images out, but is 1: one fold leaves nothing to learn from"
      ])
    #expect(
      messages(
        representation: "pixels",
        metric: "accuracy, labels-per-class: 4, classifier: {kind: l2-svm, folds: 5}") == [
          "column `one`: `folds` must be at most `labels-per-class`, which is 4, but is 5: a fold without an example of "
            + "a class judges nothing"
        ])
    #expect(
      messages(representation: "pixels", metric: "accuracy, classifier: {kind: l2-svm, C: []}") == [
        "`C` must be a list, each entry a number from 1e-12 to 1000000000000, but is an empty list"
      ])
  }

  @Test func `as many held-out images as there are leave none to learn from`() {
    func messages(_ classifier: String, images: Int = 1000) -> [String] {
      self.messages(
        representation: "pixels", dataset: "{kind: cifar10, train-images: \(images)}",
        metric: "accuracy, classifier: {kind: l2-svm, \(classifier)}")
    }
    #expect(
      messages("folds: 0, held-out: 1000") == [
        "column `one`: `held-out` must be below the number of training images, which is 1000, but is 1000: none is left "
          + "to learn from"
      ])
    #expect(messages("folds: 0, held-out: 999") == [])
    #expect(
      messages("folds: 5, held-out: 1000") == [
        "`held-out` would change nothing: it is read with `folds: 0` alone. Leave it out"
      ])
    // All images: how many these are the files will say.
    #expect(messages("folds: 0, held-out: 1000", images: 0) == [])
  }

  /// In both ways of writing it.
  @Test(arguments: ["test-accuracy", "{kind: test-accuracy, C: [0.01], folds: 2}"])
  func `a name of before says what it is called now`(metric: String) throws {
    let text = """
      table: tiny
      title: A table
      source: {paper: Nobody 2000, place: Table 0}
      dataset: cifar10
      columns:
        - {id: one, label: One, metric: \(metric)}
      rows:
        - {id: only, label: Only, representation: pixels}

      """
    let error = #expect(throws: ManifestError.self) {
      try ManifestFile.parse(text: text, path: "tiny.yaml", vocabulary: Kinds.standard.vocabulary)
    }
    let problem = try #require(error?.diagnostics.first)
    #expect(error?.diagnostics.count == 1)
    #expect(problem.message == "there is no metric `test-accuracy`")
    #expect(
      problem.suggestion
        == "it is `accuracy` now, and its fields stand in the column: metric: accuracy, classifier: {kind: l2-svm, …}"
    )
  }

  @Test func whatAColumnTakesFollowsFromPorts() {
    #expect(
      messages(representation: "pixels", metric: "accuracy") == [
        "the metric `accuracy` takes answers, and the row `only` leaves features"
      ])
    #expect(messages(representation: "pixels", metric: "accuracy, classifier: l2-svm") == [])
    #expect(
      messages(representation: "pixels", metric: "mig") == [
        "the metric `mig` does not go with the data set `cifar10`"
      ])
    #expect(
      messages(representation: "pca", dataset: "dsprites", metric: "accuracy, classifier: l2-svm").first
        == "the metric `accuracy` does not go with the data set `dsprites`")
    #expect(
      messages(representation: "pixels", metric: "class-iou") == [
        "the metric `class-iou` does not go with the data set `cifar10`"
      ])
  }
}
