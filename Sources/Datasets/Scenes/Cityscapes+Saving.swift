import Files
import Images

extension Cityscapes {
  /// Writes a split into the folder `target` as `ScenePairs` finds it; see `SceneDataSet.saveScenes`.
  ///
  /// All cores decode, 64 scenes at a time. `origin` is how the provenance calls this copy.
  func save(
    _ split: Split, side: Int, truth: TruthSize, rule: IdRule, to target: String, origin: String,
    progress: (Double) -> Void = { _ in }
  ) throws -> SavedSplit {
    let listing = try listing(split)
    var reader = SceneFileReader(folder: path, side: side, truth: truth, rule: rule)
    reader.isSwapped = try isSwapped(listing.scenes, reader)
    try POSIXFileSystem().makeDirectories(target)
    let first = reader.first(of: listing.scenes)
    let saved = says(split, listing, reader, truth: first, origin: origin)
    func write(
      _ name: String, _ channels: Int, _ height: Int, _ width: Int,
      _ body: (inout ImageCollectionWriter) throws -> Void
    ) throws {
      try ImageCollectionWriter.write(
        to: Paths.join(target, name), channels: channels, height: height, width: width, classes: [],
        provenance: saved.provenance, isLabelled: false, body)
    }
    try write(ScenePairs.photosFile, 3, side, side) { photos in
      try write(ScenePairs.labelsFile, 3, side, side) { labels in
        guard let first else {
          return try forEach(listing, reader, progress: progress) { squares in
            if let photo = squares.photo { try photos.append(photo, label: nil) }
            if let map = squares.labels { try labels.append(map, label: nil) }
          }
        }
        try write(ScenePairs.truthFile, 1, first.height, first.width) { truths in
          try forEach(listing, reader, like: first, progress: progress) { squares in
            if let photo = squares.photo { try photos.append(photo, label: nil) }
            if let map = squares.labels { try labels.append(map, label: nil) }
            if let truth = squares.truth { try truths.append(truth.ids, label: nil) }
          }
        }
      }
    }
    let named = listing.scenes.filter { (reader.isSwapped ? $0.labels : $0.photo) != nil }
    let names = ScenePairs.Names(names: named.map(\.name), arePaired: listing.arePaired)
    try DurableFile.write(
      try JSON(encoding: names).canonical + "\n", to: Paths.join(target, ScenePairs.namesFile))
    return saved
  }

  /// Reads every scene of a split and keeps none; returns how many there are, in words. Throws as `save` does.
  func inspect(_ split: Split) throws -> String {
    let listing = try listing(split)
    var reader = SceneFileReader(folder: path, side: 8, truth: .side(8), rule: .nearest)
    reader.isSwapped = try isSwapped(listing.scenes, reader)
    try forEach(listing, reader) { _ in }
    return "\(Self.number(listing, of: split)) \(split.words) pairs"
  }

  /// The squares of every scene in turn. Throws `DatasetError.badScenes` at the end where something is wrong with one of
  /// them, or with the list.
  private func forEach(
    _ listing: SceneListing, _ reader: SceneFileReader, like first: SceneFileReader.Truth? = nil,
    progress: (Double) -> Void = { _ in }, _ body: (SceneFileReader.Squares) throws -> Void
  ) throws {
    var problems = listing.problems
    let scenes = listing.scenes
    for start in stride(from: 0, to: scenes.count, by: Self.scenesPerRound) {
      let round = scenes[start..<min(start + Self.scenesPerRound, scenes.count)]
      let read = Parallel.map(round.count, share: 2) { index in
        Result { try reader.read(round[start + index]) }
      }
      for (scene, result) in zip(round, read) {
        do {
          let squares = try result.get()
          if let truth = squares.truth, let first, !truth.isAsLarge(as: first) {
            throw SceneFileReader.Refusal(
              scene.labels ?? scene.name,
              "has \(truth.width) x \(truth.height) classes where the first of the set has \(first.width) x \(first.height)"
            )
          }
          // What is written after the first problem is thrown away, but the others are to be named too.
          if problems.isEmpty { try body(squares) }
        } catch let refusal as SceneFileReader.Refusal {
          problems.append(refusal.sentence)
        }
      }
      progress(Double(round.endIndex) / Double(scenes.count))
    }
    guard problems.isEmpty else {
      throw DatasetError.badScenes(path: path, problems: Array(problems.prefix(10)), count: problems.count)
    }
  }

  private static let scenesPerRound = 64
}
