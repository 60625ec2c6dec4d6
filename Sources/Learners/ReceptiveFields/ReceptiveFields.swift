import LinearAlgebra
import Randomness

/// Which maps of a layer each group of the next one sees; groups may overlap.
public struct ReceptiveFields: Sendable, Codable, Equatable {
  public enum Selection: String, Sendable, Codable, CaseIterable {
    /// A random map and those most similar to it by ``EnergyCorrelation``.
    case energyCorrelation = "energy-correlation"
    /// Maps at random, the control.
    case random
  }

  /// Map indices, ascending in each group.
  public let groups: [[Int]]

  public init(groups: [[Int]]) {
    self.groups = groups
  }

  /// Random seeds, each with the `size - 1` maps most similar to it.
  ///
  /// - Parameter similarity: maps x maps; among equally similar maps the first ones are taken.
  public static func learned(
    _ similarity: Matrix<Double>, groups: Int, size: Int, stream: inout RandomStream
  ) -> ReceptiveFields {
    let seeds = seeds(groups, of: similarity.rows, size: size, stream: &stream)
    return ReceptiveFields(
      groups: seeds.map { seed in
        let others = (0..<similarity.rows).filter { $0 != seed }
        let ranked = others.sorted {
          (similarity[seed, $1], $0) < (similarity[seed, $0], $1)
        }
        return ([seed] + ranked.prefix(size - 1)).sorted()
      })
  }

  /// Random seeds, each with `size - 1` other maps at random. The seeds are those of ``learned(_:groups:size:stream:)``
  /// for an equal stream, so that the two can be compared as pairs.
  public static func random(
    maps: Int, groups: Int, size: Int, stream: inout RandomStream
  ) -> ReceptiveFields {
    let seeds = seeds(groups, of: maps, size: size, stream: &stream)
    return ReceptiveFields(
      groups: seeds.map { seed in
        // Numbers of the maps other than the seed, closed up.
        let others = stream.sample(size - 1, of: maps - 1).map { $0 < seed ? $0 : $0 + 1 }
        return ([seed] + others).sorted()
      })
  }

  /// Distinct as long as there are enough maps.
  private static func seeds(_ groups: Int, of maps: Int, size: Int, stream: inout RandomStream) -> [Int] {
    precondition(
      groups > 0 && size > 0 && size <= maps, "groups of \(size) maps cannot be chosen from \(maps)")
    var seeds: [Int] = []
    while seeds.count < groups {
      seeds += stream.permutation(maps).prefix(groups - seeds.count)
    }
    return seeds
  }
}
