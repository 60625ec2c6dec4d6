import Datasets
import Files
import Manifest
import Pipeline
import Results

/// Everything that a manifest can name, and the steps that it becomes: a data set, a representation, a classifier or a
/// metric is one file and one entry here.
public struct Kinds: Sendable {
  /// Data sets of tables; representations may learn from further ones (`Catalogue.sets`).
  var datasets: [any DataSet]
  var representations: [any Representation.Type]
  var classifiers: [any Classifier.Type]
  /// Classifiers of the pixels of images.
  var readers: [any SceneReader.Type]
  /// Metrics of codes and of features; those of outcomes are `OutcomeStatistic.all`.
  var statistics: [any Statistic.Type]

  /// What this build knows.
  public static let standard = Kinds(
    datasets: [DSpritesSet(), CIFAR10Set(), SVHNSet(), CityscapesSet()],
    representations: [
      GroundTruth.self, RawPixels.self, PrincipalComponents.self, IndependentComponents.self, VAE.self,
      InverseGraphics.self, InformationGAN.self, ConstantCode.self, NoiseCodes.self,
      SingleLayerKMeans.self, LayeredReceptiveFields.self, Exemplar.self, GANDiscriminator.self,
      ReleasedDiscriminator.self, WholeImages.self, Pixels.self, PixelComponents.self, GaussianLatents.self,
      ConstantFeature.self, CycleGAN.self, Pix2Pix.self, BiGAN.self, CoGAN.self, ReferenceImages.self,
      FixedLayout.self, OutsideImages.self, OutsideFeatures.self, OutsideCodes.self,
    ],
    classifiers: [
      LinearSVM.self, NearestNeighbours.self, TransductiveSVM.self, SemiSupervisedClassifier.self,
      WhatWhere.self, SupervisedCNN.self,
    ],
    readers: [SceneParsing.self, NearestColour.self],
    statistics: [
      Higgins.self, FactorVAE.self, InformationGap.self, DCIScore.self, SAPScore.self, ModularityScore.self,
      ExplicitnessScore.self, LinearReadout.self, FeatureUnits.self,
    ])

  /// The words that manifests may use.
  public var vocabulary: Vocabulary {
    Vocabulary(
      datasets: datasets.map(\.kind), representations: representations.map { $0.kind },
      classifiers: classifiers.map { $0.kind } + readers.map { $0.kind },
      metrics: statistics.map { $0.kind }
        + OutcomeStatistic.all.map { Kind($0.name, $0.summary, takes: $0.takes) },
      renamed: [
        "test-accuracy":
          "it is `accuracy` now, and its fields stand in the column: metric: accuracy, classifier: {kind: l2-svm, …}"
      ])
  }

  /// The steps that can be run.
  public var registry: Registry {
    Registry([
      DatasetStep(), ImagesStep(), ScenesStep(), ReleasedWeightsStep(), TrainStep(kinds: self),
      ClustersStep(kinds: self), MilestoneStep(kinds: self), NetworkCurveStep(), DictionaryStep(kinds: self),
      PCAStep(), EncodeStep(kinds: self),
      FeaturesStep(kinds: self), TrialStep(kinds: self), ValidateStep(kinds: self), RankStep(), WinnerStep(),
      FitStep(kinds: self), ScoreStep(kinds: self), FiltersStep(), SamplesStep(kinds: self),
      WalkStep(kinds: self), ArithmeticStep(kinds: self), ReconstructionStep(kinds: self),
      ResponsesStep(kinds: self),
      TraversalStep(kinds: self), TranslateStep(kinds: self), TranslationCurveStep(kinds: self),
      CyclesStep(kinds: self), ExamplesStep(kinds: self), ReferenceImagesStep(), FixedLayoutStep(),
      OutsideImagesStep(), OutsideFeaturesStep(), OutsideCodesStep(), ConfusionStep(kinds: self),
    ])
  }

  /// Two representations may have one name where they give different things.
  func representation(_ name: String?, giving port: Port) throws(StepsError) -> any Representation.Type {
    guard let kind = representations.first(where: { $0.name == name && $0.gives == port }) else {
      throw StepsError(.failed, "no representation is called '\(name ?? "")'")
    }
    return kind
  }

  /// The representation that parameters name, as a kind that does what a step needs of it.
  ///
  /// - Parameter lack: what is said of one that does not: "learns no dictionary".
  func representation<Needed>(
    of parameters: JSON, giving port: Port, as _: Needed.Type, or lack: String
  ) throws(StepsError) -> Needed {
    let name = parameters["kind"]?.string
    guard let kind = try representation(name, giving: port) as? Needed else {
      throw StepsError(.failed, "'\(name ?? "")' \(lack)")
    }
    return kind
  }

  func classifier(_ name: String?) throws(StepsError) -> any Classifier.Type {
    guard let kind = classifiers.first(where: { $0.name == name }) else {
      throw StepsError(.failed, "no classifier is called '\(name ?? "")'")
    }
    return kind
  }

  func statistic(_ name: String?) throws(StepsError) -> any Statistic.Type {
    guard let kind = statistics.first(where: { $0.name == name }) else {
      throw StepsError(.failed, "no metric is called '\(name ?? "")'")
    }
    return kind
  }

  /// What the scores of single items mean in cells of a metric; nil where it has no items.
  func itemStatistic(_ metric: String) -> OutcomeStatistic? {
    OutcomeStatistic.named(metric) ?? statistics.first { $0.name == metric }?.itemStatistic
  }
}
