import Files
import Manifest
import Pipeline

extension PlanBuilder {
  /// A classifier on what the row's representation leaves. Columns that ask for the same labels share it, whatever they
  /// compute of its answers.
  mutating func addFit(_ column: Column, on represented: String, _ port: Port) -> String {
    guard let configured = row.classifier(column), let kind = try? kinds.classifier(configured.kind) else {
      preconditionFailure("the manifest was validated, yet '\(column.id)' has no classifier")
    }
    let split = row.split(column)
    guard let train = data[Split.train], let test = data[split] else {
      preconditionFailure("the manifest was validated, yet its data set has no split '\(split)'")
    }
    var inputs = [Split.train: train, Split.test: test]
    if port == .features { inputs["features"] = represented }
    let classifier = settled(kind, configured)
    if classifier.choice != nil { inputs[Split.validation] = data[Split.validation] }
    var needs = Needs(
      memory: column.labelsPerClass == nil ? 6 << 30 : 2 << 30,
      seconds: column.labelsPerClass == nil ? 60 : 30)
    if let trained = classifier as? any TrainedClassifier {
      needs.cores = trained.threads
      needs.device = true
      let models = addTrainings(
        trained, configured, column, features: port == .features ? represented : nil, needs)
      inputs.merge(SearchRole.inputs(models, SearchRole.model)) { $1 }
    }
    let takesChance = column.labelsPerClass != nil || classifier.takesChance
    return add(
      FitStep(kinds: kinds),
      [
        "classifier": configured.identified(by: kind), "split": .string(split),
        "labels-per-class": .int(column.labelsPerClass ?? 0), "draws": .int(row.draws(column)),
      ],
      inputs: inputs, seed: takesChance ? seed("draws") : seed("draws", of: 0),
      label: "fit \(label): \(column.id)", needs: needs)
  }

  /// A training for every draw of labels, or one search.
  private mutating func addTrainings<Kind: TrainedClassifier>(
    _ classifier: Kind, _ configured: Configured, _ column: Column, features: String?, _ needs: Needs
  ) -> [String] {
    let learning = configured.without(.encoding, .planning, of: Kind.self)
    var inputs = data.filter { $0.key == Split.train || $0.key == Split.validation }
    inputs["features"] = features
    var needs = needs
    needs.seconds = Needs.training(updates: classifier.updates)
    func parameters(_ draw: Int) -> [String: JSON] {
      [TrainedDraw.labelsKey: .int(column.labelsPerClass ?? 0), TrainedDraw.drawKey: .int(draw)]
    }
    let models: [String]
    if let search = row.search, search.part == .classifier {
      models = [
        addSearch(
          search,
          SearchedTraining(
            configuration: learning, revision: Kind.revision, inputs: inputs, needs: needs,
            draw: parameters(0)
          ) { builder, label, model in
            builder.add(
              ValidateStep(kinds: builder.kinds), [:], inputs: inputs.merging(["model": model]) { $1 },
              seed: builder.seed("draws"), label: label,
              needs: Needs(memory: 1 << 30, seconds: 5, device: true))
          })
      ]
    } else {
      models = (0..<row.draws(column)).map { draw in
        let identity = learning.identified(by: Kind.self).object ?? [:]
        return add(
          TrainStep(kinds: kinds), .object(identity.merging(parameters(draw)) { $1 }), inputs: inputs,
          seed: seed("draws"), label: "train \(label), draw \(draw + 1)", needs: needs)
      }
    }
    if classifier.updates != 0, let first = models.first {
      addCurve(of: first)
      addReconstructions(by: classifier, model: first, features: features)
    }
    return models
  }
}
