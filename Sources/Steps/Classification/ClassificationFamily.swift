import Datasets
import Files
import Manifest
import Pipeline

/// Tables that put a linear classifier on learned features of labelled images (Radford et al. 2016, Tables 1 and 2).
struct ClassificationFamily: TableFamily {
  let words = Vocabulary.Family(
    datasets: [CIFAR10Set().kind], representations: featurePlanners.map(\.kind),
    metrics: classificationMetrics
  )

  let steps: [any StepKind] = [
    ImagesStep(), DictionaryStep(), EncodeStep(), ClassifyStep(), UnitsStep(), FiltersStep(), SamplesStep(),
    NetworkCurveStep(), ReleasedWeightsStep(), ClustersStep(), ValidateStep(),
  ]

  func plan(_ experiment: Experiment, sources: DataSources) -> Plan {
    var plan = Plan()
    let data = CIFAR10Set().add(experiment.dataset, sources, to: &plan)
    return experiment.planned(from: plan, data: data, sources: sources) { builder in
      let features = featurePlanner(builder.row.representation.kind).plan(
        builder.row.representation, in: &builder)
      builder.addClassifiers(on: features)
    }
  }

  private func featurePlanner(_ kind: String) -> any FeaturePlanner {
    guard let planner = featurePlanners.first(where: { $0.kind.name == kind }) else {
      preconditionFailure("the manifest was validated, yet its representation '\(kind)' is unknown")
    }
    return planner
  }
}

/// How a row's features are obtained: the steps that lead from images to a matrix of features.
protocol FeaturePlanner: Sendable {
  /// Name and parameters, as a manifest gives them.
  var kind: Kind { get }
  /// Adds the steps for one repeat, pictures included, and returns the identity of the `encode` step.
  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> String
}

private let featurePlanners: [any FeaturePlanner] = [
  KMeansPlanner(), LayeredKMeansPlanner(), ExemplarPlanner(), DCGANPlanner(), ReleasedDiscriminatorPlanner(),
  PixelsPlanner(), ConstantFeaturesPlanner(),
]

extension PlanBuilder {
  mutating func addClassifiers(on features: String) {
    for column in experiment.columns {
      let identity: String
      switch column.metric.kind {
      case UnitsStep().name:
        identity = add(
          UnitsStep(), [:], inputs: ["features": features], label: "units of \(label)",
          needs: Needs(seconds: 0.1))
      default:
        let isSmall = (column.metric.parameters["labels-per-class"]?.int ?? 0) > 0
        identity = add(
          ClassifyStep(), column.metric.json, inputs: data.merging(["features": features]) { $1 },
          seed: seed("draws"), label: "classify \(label): \(column.id)",
          needs: Needs(memory: isSmall ? 2 << 30 : 6 << 30, seconds: isSmall ? 30 : 60))
      }
      addTarget(.score, column.id, identity)
    }
  }

  /// Features of the data set's training and test images.
  mutating func addEncoding(
    _ parameters: JSON, inputs: [String: String], label: String, cores: Int = 2, seconds: Double = 60,
    device: Bool = false
  ) -> String {
    add(
      EncodeStep(), parameters, inputs: data.merging(inputs) { $1 }, label: "features of \(label)",
      needs: Needs(cores: cores, memory: 3 << 30, seconds: seconds, device: device))
  }

  /// The images that a representation is learned from: those of the data set unless it names others.
  mutating func addLearningImages(_ representation: Configured) -> String {
    guard let set = representation.parameters["images"]?.string.flatMap(Catalogue.set),
      let split = set.learningSplit
    else { preconditionFailure("the manifest was validated, yet its image set is unknown") }
    // The table's own images are there already, as many of them as the profile uses.
    if set.name == experiment.dataset.kind, let own = data[split.name] { return own }
    return set.add(split, sources, to: &plan)
  }
}
