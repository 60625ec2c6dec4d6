import Files
import Manifest
import Pipeline
import Randomness

extension Search {
  /// What a trial tries, by path. Each parameter of each row has a stream of its own, and each trial a place in it: one
  /// more trial, parameter or row moves no other value.
  ///
  /// - Parameter root: the manifest's seed.
  public func values(ofTrial trial: Int, root: UInt64, repetition: Int) -> [String: JSON] {
    Dictionary(
      uniqueKeysWithValues: axes.map { axis in
        let seed = Seed.derive(root: root, path: "search/\(stream)/\(axis.path)/\(repetition)")
        var numbers = RandomStream(seed: seed, stream: UInt64(trial))
        return (axis.path, axis.distribution.value(at: numbers.uniform()))
      })
  }
}

/// How a family trains and validates what is searched.
struct SearchedTraining {
  /// What training reads from a configuration, and nothing else.
  let configuration: Configured
  /// Of the code behind the kind.
  let revision: Int
  /// The inputs of the training step.
  let inputs: [String: String]
  /// Of the whole training.
  let needs: Needs
  /// Which labels are learned from, for classifiers: the draw belongs to what a trial is.
  var draw: [String: JSON] = [:]
  /// Adds the step that validates a model: its label's beginning, and the model's identity. Its artifact is a
  /// `ValidationOutput`, made without the test split.
  let validate: (inout PlanBuilder, String, String) -> String

  func identified(_ configuration: Configured) -> [String: JSON] {
    (configuration.identified(revision: revision).object ?? [:]).merging(draw) { $1 }
  }
}

extension PlanBuilder {
  /// Adds a random search with successive halving and returns the identity of the step that hands on the winner's model.
  ///
  /// Which trials go on is not known when this is planned. The steps of a later stage are therefore one for each *rank*:
  /// they read the ranking and the states of all trials that were compared, and continue the one that holds their rank.
  mutating func addSearch(_ search: Search, _ training: SearchedTraining) -> String {
    let values = (0..<search.trials).map {
      search.values(ofTrial: $0, root: experiment.seed, repetition: repetition)
    }
    var models = values.enumerated().map { trial, values in
      addTrial(
        training.identified(training.configuration.replacing(values)), inputs: training.inputs, training,
        from: 0, until: search.shares[0], of: "trial \(trial + 1) of \(label)")
    }
    var rankings: [String] = []
    for (stage, share) in search.shares.enumerated() {
      if stage > 0 {
        let earlier = SearchRole.inputs(models, SearchRole.model)
          .merging([SearchRole.ranking: rankings[stage - 1]]) { $1 }
        models = (0..<search.counts[stage]).map { rank in
          addTrial(
            ["rank": .int(rank)], inputs: training.inputs.merging(earlier) { $1 }, training,
            from: search.shares[stage - 1], until: share, of: "rank \(rank + 1) of \(label)")
        }
      }
      rankings.append(addRanking(models, training, after: rankings.last, at: share, stage: stage))
    }
    let winner = add(
      WinnerStep(),
      [
        "values": .array(values.map(JSON.object)),
        "shares": .array(search.shares.map { JSON.number($0) }),
      ],
      inputs: SearchRole.inputs(rankings, SearchRole.ranking)
        .merging(SearchRole.inputs(models, SearchRole.model)) { $1 },
      label: "winner of \(label)", needs: Needs(seconds: 1))
    // Of the searches that columns of other labels ask for a row shows the first.
    if !hasTarget(.search, "search") { addTarget(.search, "search", winner) }
    return winner
  }

  private mutating func addTrial(
    _ parameters: [String: JSON], inputs: [String: String], _ training: SearchedTraining, from start: Double,
    until end: Double, of name: String
  ) -> String {
    var needs = training.needs
    needs.seconds *= end - start
    return add(
      TrialStep(kinds: kinds), .object(parameters.merging([TrialStep.untilKey: .number(end)]) { $1 }),
      inputs: inputs, seed: seed(training.draw.isEmpty ? "train" : "draws"),
      label: "train \(name), to \(Search.percent(end))", needs: needs)
  }

  private mutating func addRanking(
    _ models: [String], _ training: SearchedTraining, after earlier: String?, at share: Double, stage: Int
  ) -> String {
    let part = Search.percent(share)
    let validations = models.enumerated().map { position, model in
      let name = stage == 0 ? "trial" : "rank"
      return training.validate(&self, "validate \(name) \(position + 1) of \(label), at \(part)", model)
    }
    var inputs = SearchRole.inputs(validations, SearchRole.validation)
    inputs[SearchRole.ranking] = earlier
    return add(
      RankStep(), ["models": .int(models.count)], inputs: inputs,
      label: "rank \(models.count) trials of \(label), at \(part)", needs: Needs(seconds: 0.1))
  }
}
