import Datasets
import Files
import Manifest
import Pipeline

extension PlanBuilder {
  /// Features of the data set's images, split by split.
  mutating func addEncoding(
    _ configured: Configured, by kind: (some Representation).Type, inputs: [String: String] = [:],
    label: String, cores: Int = 2, seconds: Double = 60, device: Bool = false
  ) -> String {
    add(
      EncodeStep(kinds: kinds), configured.identified(by: kind), inputs: data.merging(inputs) { $1 },
      label: "features of \(label)",
      needs: Needs(cores: cores, memory: 3 << 30, seconds: seconds, device: device))
  }

  /// The images that a representation is learned from.
  mutating func addLearningImages(_ name: String) -> String {
    guard let set = Catalogue.set(name), let split = set.learningSplit else {
      preconditionFailure("the manifest was validated, yet its image set '\(name)' is unknown")
    }
    // The table's own images are there already, as many of them as the profile uses.
    if name == experiment.dataset.kind, let own = data[split.name] { return own }
    return set.add(split, sources, to: &plan)
  }

  /// Trains a network, by way of a search where the row has one.
  ///
  /// - Parameter isShown: whether the report has the learning curve.
  mutating func addNetwork<Network: ImageNetwork>(
    _ network: Network, _ configured: Configured, of images: String, classes: String? = nil, isShown: Bool
  ) -> String {
    let learning = configured.without(.encoding, .planning, of: Network.self)
    var inputs = ["images": addLearningImages(images)]
    inputs["classes"] = classes
    let needs = Needs(
      cores: network.threads, memory: 3 << 30,
      seconds: Needs.training(updates: network.updates), device: true)
    let model: String
    if let search = row.search {
      let encoding = configured.only(.encoding, of: Network.self).parameters
      model = addSearch(
        search,
        SearchedTraining(
          configuration: learning, revision: Network.revision, inputs: inputs, needs: needs
        ) { builder, label, model in
          builder.addValidation(of: model, encoding.merging(search.validation) { $1 }, label: label)
        })
    } else {
      model = add(
        TrainStep(kinds: kinds), learning.identified(by: Network.self), inputs: inputs, seed: seed("train"),
        label: "train \(label)\(classes == nil ? "" : ", on clusters")", needs: needs)
    }
    if isShown { addCurve(of: model) }
    return model
  }

  private mutating func addValidation(
    of model: String, _ parameters: [String: JSON], label: String
  ) -> String {
    guard let train = data[Split.train] else {
      preconditionFailure("the manifest was validated, yet its data set has no training split")
    }
    return add(
      ValidateStep(kinds: kinds), .object(parameters), inputs: ["model": model, Split.train: train],
      seed: seed("validation"), label: label,
      needs: Needs(cores: 2, memory: 3 << 30, seconds: 60, device: true))
  }

  mutating func addNetworkEncoding<Network: ImageNetwork>(
    _ network: Network, _ configured: Configured, _ model: String
  ) -> String {
    addEncoding(
      configured.only(.encoding, of: Network.self), by: Network.self, inputs: ["model": model], label: label,
      seconds: 300, device: true)
  }
}

extension Needs {
  /// Seconds of a training, where nothing is known of the network: what an earlier run took decides how wrong that is
  /// (``History``), as long as the guess grows with the updates.
  static func training(updates: Int) -> Double { 5 + 0.1 * Double(updates) }
}
