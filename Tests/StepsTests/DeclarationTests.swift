import Files
import Manifest
import Pipeline
import Results
import Testing

@testable import Steps

/// Every field of every kind is part of a step's identity and reaches what computes: none is accepted and ignored.
@Suite struct DeclarationTests {
  /// Values of the required fields, within the rules of their kinds.
  private static let required: [String: JSON] = [
    "centroids": 64, "groups": 4, "group-maps": 2, "group-centroids": 5, "updates": 10, "beta": 2,
    "factors": ["x", "y"], "pairs": 3, "source": "target", "layout": "constant",
  ]

  /// A value that a field does not have by default, within its range.
  private static func another(than value: JSON, _ field: Field) -> JSON? {
    switch field.type {
    case .integer(let range):
      // Squares, so that views stay a neighbourhood.
      [4, 9, 16, 1, 200, 32].first { range.contains($0) && .int($0) != value }.map(JSON.int)
    case .number(let range):
      [0.25, 0.5, 1e-3, 2].first { range.contains($0) && JSON.number($0) != value }.map(JSON.number)
    case .boolean: .bool(value != true)
    case .choice(let choices): choices.first { .string($0) != value }.map(JSON.string)
    case .list(let element, let count):
      value.array.flatMap { entries in
        guard let first = entries.first, let other = another(than: first, Field("", element, "")) else {
          return nil
        }
        // A list that may not be longer may be shorter or hold another entry.
        return .array(count.contains(entries.count) ? [other] + entries.dropFirst() : entries.dropLast())
      }
    default: nil
    }
  }

  private static func complete(_ kind: Kind) -> [String: JSON] {
    Dictionary(
      uniqueKeysWithValues: kind.fields.compactMap { field in
        (field.defaultValue ?? required[field.name]).map { (field.name, $0) }
      })
  }

  private static func experiment(
    dataset: String, representation: Configured, metric: Configured, classifier: Configured?
  ) -> Experiment {
    Experiment(
      table: "t", title: "T", source: Source(paper: "P", place: "Table 1"), profile: "quick",
      dataset: Configured(
        kind: dataset,
        parameters: dataset == "dsprites"
          ? ["pool": 100]
          : dataset == "cityscapes"
            ? ["side": 16, "load-side": 0, "ids": "cleaned"] : ["train-images": 100, "test-images": 100]),
      columns: [Column(id: "c", label: "C", metric: metric, classifier: classifier)],
      rows: [Row(id: "r", label: "R", representation: representation)])
  }

  private static func identities(_ experiment: Experiment) -> Set<String> {
    Set(Planner(sources: DataSources()).plan(experiment).targets.filter { $0.role == .score }.map(\.identity))
  }

  private func check(
    _ kind: Kind, plan: ([String: JSON]) -> Set<String>, computes: ([String: JSON]) throws -> String
  ) throws {
    let complete = Self.complete(kind)
    #expect(complete.count == kind.fields.count, "\(kind.name) has a required field without a sample here")
    for field in kind.fields {
      var values = complete
      // Dropout is of U-Nets alone.
      if field.name == "dropout", values["generator"] != nil { values["generator"] = "u-net" }
      // These are read under a condition.
      if field.name == "C", values["classifier"] != nil { values["classifier"] = "logistic" }
      if field.name == "held-out" { values["folds"] = 0 }
      if field.name == "validation-draws" {
        for name in ["k", "lambda"] where values[name] != nil { values[name] = [1, 2] }
      }
      if field.name.hasPrefix("feature-"), values["feature"] != nil { values["feature"] = 1 }
      let value = try #require(values[field.name])
      let other = try #require(Self.another(than: value, field), "\(kind.name).\(field.name)")
      var changed = values
      changed[field.name] = other
      // Another architecture has another number of convolutions.
      if field.name == "architecture" { changed["widths"] = [8, 8, 8] }
      #expect(try computes(changed) != computes(values), "\(kind.name).\(field.name) reaches nothing")
      // Which number of a metric a column shows changes no measurement.
      guard field.name != "report" else { continue }
      #expect(plan(changed) != plan(values), "\(kind.name).\(field.name) is not in the identity")
    }
  }

  @Test func everyFieldOfARepresentationCounts() throws {
    // Of what others have made the content counts, and not where it lies.
    for type in Kinds.standard.representations where !(type is any OutsideRepresentation.Type) {
      let isOfScenes = type.takes == .imagePairs
      let dataset = type.takes == .factorImages ? "dsprites" : isOfScenes ? "cityscapes" : "cifar10"
      let metric = Configured(
        kind: type.gives == .codes ? "sap" : isOfScenes ? "class-iou" : "feature-units")
      try check(type.kind) { values in
        Self.identities(
          Self.experiment(
            dataset: dataset, representation: Configured(kind: type.name, parameters: values), metric: metric,
            classifier: isOfScenes
              ? Configured(kind: NearestColour.name, parameters: Self.complete(NearestColour.kind)) : nil))
      } computes: { values in
        // Where there is no training, everything has to reach the step that encodes.
        guard type is any DirectFeatures.Type else { return Self.told(try type.init(values)) }
        return Self.told(
          try Kinds.standard.features(Configured(kind: type.name, parameters: values).json))
      }
    }
  }

  @Test func everyFieldOfAClassifierCounts() throws {
    for type in Kinds.standard.classifiers {
      try check(type.kind) { values in
        Self.identities(
          Self.experiment(
            dataset: "cifar10",
            representation: type.takes == .features
              ? Configured(kind: "pixels", parameters: ["standardise": true]) : Configured(kind: "images"),
            metric: Configured(kind: "accuracy"), classifier: Configured(kind: type.name, parameters: values))
        )
      } computes: {
        Self.told(try type.init($0))
      }
    }
  }

  @Test func everyFieldOfAReaderCounts() throws {
    for type in Kinds.standard.readers {
      try check(type.kind) { values in
        Self.identities(
          Self.experiment(
            dataset: "cityscapes",
            representation: Configured(kind: "reference-images", parameters: ["source": "target"]),
            metric: Configured(kind: "class-iou"), classifier: Configured(kind: type.name, parameters: values)
          ))
      } computes: {
        Self.told(try type.init($0))
      }
    }
  }

  @Test func everyFieldOfScenesCounts() throws {
    let values: [String: JSON] = ["side": 16, "load-side": 0, "ids": "cleaned"]
    func identities(_ values: [String: JSON]) -> Set<String> {
      var experiment = Self.experiment(
        dataset: "cityscapes",
        representation: Configured(
          kind: "cyclegan",
          parameters: Self.complete(CycleGAN.kind)), metric: Configured(kind: "class-iou"),
        classifier: Configured(kind: NearestColour.name, parameters: Self.complete(NearestColour.kind)))
      experiment.dataset.parameters = values
      return Self.identities(experiment)
    }
    for (field, value) in [("side", 32), ("load-side", 20), ("ids", "palette")] as [(String, JSON)] {
      #expect(identities(values.merging([field: value]) { $1 }) != identities(values), "\(field)")
    }
  }

  @Test func everyFieldOfAMetricCounts() throws {
    for type in Kinds.standard.statistics where type.takes == .codes {
      try check(type.kind) { values in
        Self.identities(
          Self.experiment(
            dataset: "dsprites", representation: Configured(kind: "ground-truth"),
            metric: Configured(kind: type.name, parameters: values), classifier: nil))
      } computes: {
        Self.told(try type.init($0))
      }
    }
  }

  /// What the learner, the model or the formula is told; what steps are told apart from that is the value itself.
  private static func told(_ value: any Parameterised) -> String {
    var text = ""
    switch value {
    case let value as SingleLayerKMeans:
      text =
        "\(value.configuration) \(value.patch) \(value.patches) \(value.whitening) \(value.assignment)"
        + "\(value.standardise) \(value.mirrored) \(value.images)"
    case let value as LayeredReceptiveFields:
      text = "\(value.configuration) \(value.standardise) \(value.images)"
    case let value as GANDiscriminator:
      text =
        "\(value.configuration) \(value.layers) \(value.updates) \(value.threads) \(value.standardise)"
        + value.images
    case let value as Exemplar:
      text =
        "\(value.configuration) \(value.clusters) \(value.enlargement) \(value.threads)"
        + "\(value.standardise) \(value.images)"
    case let value as GaussianLatents:
      text =
        "\(value.configuration) \(value.components) \(value.updates) \(value.threads) \(value.standardise)"
    case let value as WhatWhere: text = "\(value.configuration) \(value.updates) \(value.threads)"
    case let value as CycleGAN:
      text = "\(value.configuration(side: 16)) \(value.featureLayer) \(value.featureSide) \(value.threads)"
    case let value as Pix2Pix: text = "\(value.configuration(side: 16)) \(value.threads)"
    case let value as BiGAN: text = "\(value.configuration(side: 16)) \(value.threads)"
    case let value as CoGAN: text = "\(value.configuration(side: 16)) \(value.threads)"
    case let value as SceneParsing: text = "\(value.configuration(side: 16)) \(value.threads)"
    case let value as VAE: text = "\(value.configuration) \(value.updates) \(value.threads)"
    case let value as InverseGraphics: text = "\(value.configuration) \(value.updates) \(value.threads)"
    case let value as InformationGAN: text = "\(value.configuration) \(value.updates) \(value.threads)"
    case let value as Higgins:
      text = "\(value.options) \(value.restarts)"
    default: text = "\(value)"
    }
    if let value = value as? any PrecisionChoice { text += " \(value.precision)" }
    return text
  }

  @Test func aRevisionBelongsToItsKind() {
    let configured = Configured(kind: "revised", parameters: ["x": 1])
    #expect(configured.identified(by: Revised.self) == ["kind": "revised", "x": 1, "revision": 2])
    #expect(configured.identified(by: VAE.self) == ["kind": "revised", "x": 1])
  }

  private struct Revised: Parameterised {
    static let name = "revised"
    static let summary = ""
    static let revision = 2
  }

  /// What would be accepted and change no number is refused where it is written.
  @Test(
    arguments: [
      (["classifier": "logistic", "max-steps": 10], "`max-steps`", "`classifier: adagrad`"),
      (["classifier": "maximum-likelihood", "tolerance": 0.5], "`tolerance`", "`classifier: adagrad`"),
      (["C": 77], "`C`", "`classifier: logistic`"),
      (["classifier": "logistic", "restarts": 3], "`restarts`", "`classifier: adagrad`"),
      (["classifier": "maximum-likelihood", "restarts": 3], "`restarts`", "`classifier: adagrad`"),
    ] as [([String: JSON], String, String)])
  func parametersThatNothingReadsAreRefused(values: [String: JSON], field: String, condition: String) {
    let error = #expect(throws: ParameterError.self) {
      try Higgins(Self.complete(Higgins.kind).merging(values) { $1 })
    }
    #expect(
      error?.description == "\(field) would change nothing: it is read with \(condition) alone. Leave it out")
  }

  /// Why values are refused; nil where they are taken.
  private static func refusal<Root: Parameterised>(_ kind: Root.Type, _ values: [String: JSON]) -> String? {
    do {
      _ = try Root(values)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static func unread(_ field: String, _ condition: String) -> String {
    "`\(field)` would change nothing: it is read with \(condition) alone. Leave it out"
  }

  @Test func choicesThatAClassifierDoesNotMakeAreRefused() {
    #expect(
      Self.refusal(LinearSVM.self, ["held-out": 5]) == Self.unread("held-out", "`folds: 0`"))
    #expect(Self.refusal(LinearSVM.self, ["held-out": 5, "folds": 0]) == nil)
    for (field, value) in [("folds", 0), ("held-out", 5), ("patience", 2)] as [(String, JSON)] {
      #expect(
        Self.refusal(LinearSVM.self, [field: value, "validation-draws": 2])
          == Self.unread(field, "`validation-draws: 0`"))
    }
    #expect(Self.refusal(LinearSVM.self, ["folds": 4, "patience": 2]) == nil)
    #expect(
      Self.refusal(NearestNeighbours.self, ["validation-draws": 3])
        == Self.unread("validation-draws", "several numbers as `k`"))
    #expect(Self.refusal(NearestNeighbours.self, ["validation-draws": 3, "k": [1, 3]]) == nil)
    #expect(
      Self.refusal(TransductiveSVM.self, ["validation-draws": 3])
        == Self.unread("validation-draws", "several numbers as `lambda`"))
    #expect(Self.refusal(TransductiveSVM.self, ["validation-draws": 3, "lambda": [0.1, 1]]) == nil)
  }

  @Test func oneLayerGroupsNothing() {
    let values = Self.complete(LayeredReceptiveFields.kind).merging(["grouping": "random"]) { $1 }
    #expect(Self.refusal(LayeredReceptiveFields.self, values) == nil)
    #expect(
      Self.refusal(LayeredReceptiveFields.self, values.merging(["layers": 1]) { $1 })
        == Self.unread("grouping", "`layers` above 1"))
  }

  @Test func parametersThatAreReadUnderAConditionAreTakenThere() throws {
    let vae: [String: JSON] = ["beta": 1, "updates": 1, "initial-accumulator": 0.5]
    #expect(try VAE(vae.merging(["optimiser": "adagrad"]) { $1 }).configuration.initialAccumulator == 0.5)
    #expect(throws: ParameterError.self) { try VAE(vae.merging(["optimiser": "adam"]) { $1 }) }
    let gan = Self.complete(CycleGAN.kind).merging(["feature-layer": "fire4"]) { $1 }
    #expect(try CycleGAN(gan.merging(["feature": 2]) { $1 }).featureLayer == "fire4")
    #expect(throws: ParameterError.self) { try CycleGAN(gan) }
    // The default is no choice, whichever way its number is written.
    #expect(throws: Never.self) {
      try Higgins(Self.complete(Higgins.kind).merging(["C": 1, "classifier": "adagrad"]) { $1 })
    }
  }

  @Test func forgedParametersAreRefused() {
    let error = #expect(throws: ParameterError.self) {
      try VAE(["kind": "vae", "beta": "a lot", "updates": 1])
    }
    #expect(
      error?.description == "`beta` of `vae` must be a number from 0 to 10000, but is \"a lot\"")
    let missing = #expect(throws: ParameterError.self) { try VAE(["kind": "vae", "beta": 1]) }
    #expect(
      missing?.description
        == "`updates` of `vae` must be a whole number from 0 to 100000000, but is not there")
    #expect(throws: ParameterError.self) { try VAE(["beta": 1, "updates": 1, "hidden": 1e300]) }
  }
}
