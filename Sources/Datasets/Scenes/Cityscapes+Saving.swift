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
          try forEach(listing, reader, progress: progress) { squares in
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
}
