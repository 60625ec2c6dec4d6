extension Cityscapes {
  /// The squares of every scene in turn. Throws `DatasetError.badScenes` at the end where something is wrong with one of
  /// them, or with the list.
  func forEach(
    _ listing: SceneListing, _ reader: SceneFileReader, progress: (Double) -> Void,
    _ body: (SceneFileReader.Squares) throws -> Void
  ) throws {
    try requireNone(
      problems(of: listing, reader, areOfOneSize: reader.truth == .native, progress: progress, body))
  }

  /// Reads every scene of both splits and keeps none; returns how many there are, in words. Throws as `save` does, with what
  /// is wrong with either split, so that one repair is enough.
  func inspect() throws -> String {
    var (found, problems): ([String], [String]) = ([], [])
    var errors: [DatasetError] = []
    for split in Split.allCases {
      do {
        let listing = try self.listing(split)
        var reader = SceneFileReader(folder: path, side: 8, truth: .side(8), rule: .nearest)
        do {
          reader.isSwapped = try isSwapped(listing.scenes, reader)
        } catch let error as DatasetError {
          // Nothing else that may be wrong depends on the sides.
          errors.append(error)
          problems.append(Self.problem(error))
        }
        // The test scenes are scored in the size of their classes.
        problems += try self.problems(of: listing, reader, areOfOneSize: split == .test)
        found.append("\(Self.number(listing, of: split)) \(split.words) pairs")
      } catch let error as DatasetError {
        errors.append(error)
        problems.append(Self.problem(error))
      }
    }
    // Alone, an error says more than the sentence that stands for it among others.
    if problems.count == 1, let error = errors.first { throw error }
    try requireNone(problems)
    return "\(found.joined(separator: " and ")) in \(words)"
  }

  /// An error of a split as one of several sentences.
  private static func problem(_ error: DatasetError) -> String {
    switch error {
    case .missingFiles(_, _, let missing): "\(missing.joined(separator: ", ")) is missing"
    case .unclearSides(_, let sides, let shares): DatasetError.shares(shares, of: sides)
    default: error.description
    }
  }

  private func requireNone(_ problems: [String]) throws(DatasetError) {
    guard !problems.isEmpty else { return }
    throw .badScenes(path: path, problems: Array(problems.prefix(10)), count: problems.count)
  }

  /// Hands the squares of every scene to `body`, in turn and for as long as nothing is wrong. Returns what is wrong with the
  /// list and with the scenes, a sentence each.
  ///
  /// - Parameter areOfOneSize: whether all maps of classes have to be as large as most of them are.
  ///
  /// All cores decode, 64 scenes at a time. Throws `FileError`, and what `body` throws.
  private func problems(
    of listing: SceneListing, _ reader: SceneFileReader, areOfOneSize: Bool,
    progress: (Double) -> Void = { _ in }, _ body: (SceneFileReader.Squares) throws -> Void = { _ in }
  ) throws -> [String] {
    let scenes = listing.scenes
    var refusals = [String?](repeating: nil, count: scenes.count)
    var sizes = [SceneFileReader.Size?](repeating: nil, count: scenes.count)
    var first: SceneFileReader.Size?
    var isWhole = listing.problems.isEmpty
    for start in stride(from: 0, to: scenes.count, by: Self.scenesPerRound) {
      let round = start..<min(start + Self.scenesPerRound, scenes.count)
      let read = Parallel.map(round.count, share: 2) { index in
        Result { try reader.read(scenes[start + index]) }
      }
      for (scene, result) in zip(round, read) {
        do {
          let squares = try result.get()
          if areOfOneSize, let size = squares.classes {
            first = first ?? size
            sizes[scene] = size
            isWhole = isWhole && size == first
          }
          // What is written after the first problem is thrown away, but the others are to be named too.
          if isWhole { try body(squares) }
        } catch let refusal as SceneFileReader.Refusal {
          refusals[scene] = refusal.sentence
          isWhole = false
        }
      }
      progress(Double(round.upperBound) / Double(scenes.count))
    }
    // The first scene may be the one that differs: what most of them have tells.
    let usual = Self.mostFrequent(sizes.compactMap { $0 })
    return listing.problems
      + scenes.indices.compactMap { scene in
        refusals[scene] ?? Self.difference(sizes[scene], from: usual, of: scenes[scene])
      }
  }

  /// The size that most scenes have; of several, the one that comes first.
  private static func mostFrequent(_ sizes: [SceneFileReader.Size]) -> SceneFileReader.Size? {
    var counts: [SceneFileReader.Size: Int] = [:]
    for size in sizes { counts[size, default: 0] += 1 }
    let most = counts.values.max()
    return sizes.first { counts[$0] == most }
  }

  private static func difference(
    _ size: SceneFileReader.Size?, from usual: SceneFileReader.Size?, of scene: SceneFiles
  ) -> String? {
    guard let size, let usual, size != usual else { return nil }
    return SceneFileReader.Refusal(
      scene.labels ?? scene.name,
      "has \(size.width) x \(size.height) classes where the most frequent size is \(usual.width) x \(usual.height)"
    ).sentence
  }

  private static let scenesPerRound = 64
}
