import Files
import Foundation
import HDF5

extension ResultsReader {
  func search(
    _ row: String, _ name: String, _ group: Group
  ) throws -> (index: Int, search: SearchOutcome) {
    guard name.hasPrefix("repeat-"), let repetition = Int(name.dropFirst("repeat-".count)) else {
      throw ResultsError.damaged(path, "\(group.path) is not named repeat-<number>")
    }
    try requireRepetitions([repetition], group)
    let shares = try group.dataset("shares").read(Double.self)
    let values = try group.dataset("values").read(String.self)
    let reached = try group.dataset("reached").read(Int.self)
    let scores = try group.dataset("scores")
    let winner = try group.attributes.read("winner", as: Int.self)
    try require(
      reached.count == values.count && scores.shape == [values.count, shares.count]
        && reached.allSatisfy { (1...max(1, shares.count)).contains($0) },
      "values, reached, scores and shares of \(group.path) do not fit together")
    try require(values.indices.contains(winner), "the winner of \(group.path) is none of its trials")
    let numbers = try scores.read(Double.self)
    let trials = try values.indices.map { trial in
      SearchOutcome.Trial(
        values: try object(values[trial], of: group),
        scores: (0..<reached[trial]).map { rung in
          let score = numbers[trial * shares.count + rung]
          return score.isNaN ? nil : score
        })
    }
    return (
      try group.attributes.read("index", as: Int.self),
      SearchOutcome(
        row: row.visible, repetition: repetition,
        criterion: try group.attributes.read("criterion", as: String.self).visible, shares: shares,
        trials: trials,
        winner: winner,
        configuration: try object(group.dataset("configuration").readScalar(String.self), of: group))
    )
  }

  private func object(_ text: String, of group: Group) throws -> [String: JSON] {
    guard let value = try? JSON(parsing: Array(Self.visible(json: text).utf8)), let members = value.object
    else {
      throw ResultsError.damaged(path, "\(group.path) holds `\(text)`, which is no JSON object")
    }
    return members
  }
}
