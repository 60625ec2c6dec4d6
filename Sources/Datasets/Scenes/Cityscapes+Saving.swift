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
    var reader = SceneReader(folder: path, side: side, truth: truth, rule: rule)
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
    var reader = SceneReader(folder: path, side: 8, truth: .side(8), rule: .nearest)
    reader.isSwapped = try isSwapped(listing.scenes, reader)
    try forEach(listing, reader) { _ in }
    return "\(Self.number(listing, of: split)) \(split.words) pairs"
  }

  /// The squares of every scene in turn. Throws `DatasetError.badScenes` at the end where something is wrong with one of
  /// them, or with the list.
  private func forEach(
    _ listing: SceneListing, _ reader: SceneReader, like first: SceneReader.Truth? = nil,
    progress: (Double) -> Void = { _ in }, _ body: (SceneReader.Squares) throws -> Void
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
            throw SceneReader.Refusal(
              scene.labels ?? scene.name,
              "has \(truth.width) x \(truth.height) classes where the first of the set has \(first.width) x \(first.height)"
            )
          }
          // What is written after the first problem is thrown away, but the others are to be named too.
          if problems.isEmpty { try body(squares) }
        } catch let refusal as SceneReader.Refusal {
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

extension Cityscapes {
  /// Whether the label maps are where the layout has photographs: the Torch and the PyTorch code of the same authors name
  /// the sides differently. Their colours tell. Id maps need no such question.
  ///
  /// Throws `DatasetError.unclearSides`.
  private func isSwapped(_ scenes: [SceneFiles], _ reader: SceneReader) throws -> Bool {
    guard layout != .official else { return false }
    func few(_ scenes: [SceneFiles]) -> [SceneFiles] {
      let count = min(8, scenes.count)
      return (0..<count).map { scenes[$0 * scenes.count / count] }
    }
    let alone = scenes.filter { $0.photo == nil }
    let chosen = few(scenes.filter { $0.photo != nil }) + few(alone)
    let decoder = JPEGDecoder()
    var shares: [[Double]] = [[], []]
    for scene in chosen {
      // What cannot be read is named later.
      guard let (first, second) = try? reader.pictures(of: scene, decoder) else { continue }
      if let first { shares[0].append(Self.shareLikeLabels(first)) }
      if let second { shares[1].append(Self.shareLikeLabels(second)) }
    }
    guard !shares.contains(where: \.isEmpty) else { return false }
    let means = shares.map { $0.reduce(0, +) / Double($0.count) }
    let areLabels = means.map { $0 > 0.4 }
    guard areLabels[0] != areLabels[1] else {
      throw DatasetError.unclearSides(path: path, sides: sides(scenes), shares: means)
    }
    return areLabels[0]
  }

  private func sides(_ scenes: [SceneFiles]) -> [String] {
    let folders = [scenes.lazy.compactMap(\.photo).first, scenes.lazy.compactMap(\.labels).first].map {
      Paths.parent(of: $0 ?? "")
    }
    return layout == .cycleGAN
      ? folders
      : folders.enumerated().map {
        "the \($0.offset == 0 ? "left" : "right") halves of \($0.element)"
      }
  }

  /// The share of pixels whose colour is nearly one of the palette's: 64 to 95 % of a label map that went through JPEG, at
  /// most 17 % of a photograph.
  private static func shareLikeLabels(_ image: Raster) -> Double {
    let palette = (SceneClasses.colours + SceneClasses.voidColours.map(\.colour)).map { $0.map(Int.init) }
    // Some 4,000 pixels are enough.
    let step = max(1, image.width * image.height / 4096)
    var (near, all) = (0, 0)
    for pixel in stride(from: 0, to: image.width * image.height, by: step) {
      let isNear = palette.contains { colour in
        (0..<3).reduce(0) { sum, channel in
          let apart = Int(image.bytes[3 * pixel + channel]) - colour[channel]
          return sum + apart * apart
        } <= 100
      }
      (near, all) = (near + (isNear ? 1 : 0), all + 1)
    }
    return Double(near) / Double(all)
  }
}

extension Cityscapes {
  fileprivate static func number(_ listing: SceneListing, of split: Split) -> String {
    let photos = listing.scenes.count { $0.photo != nil }
    let count = max(photos, listing.scenes.count - photos)
    return count == split.count ? count.grouped : "\(count.grouped) of \(split.count.grouped)"
  }

  /// What is to be said of a split, `truth` being the first scene's.
  private func says(
    _ split: Split, _ listing: SceneListing, _ reader: SceneReader, truth: SceneReader.Truth?, origin: String
  ) -> SavedSplit {
    let number = Self.number(listing, of: split)
    let size = truth.map { "\($0.height) x \($0.width)" } ?? ""
    let classes =
      truth == nil
      ? ""
      : layout == .official
        ? ", classes of \(size) pixels from the official id maps"
        : ", classes of \(size) pixels recovered from the colours of the label maps (\(reader.rule.rawValue))"
    let provenance =
      "\(number) \(split.words) pairs of \(Self.name) in \(layout.words), squashed to "
      + "\(SceneReader.squashed) x \(SceneReader.squashed) where larger, then resized to \(reader.side) x "
      + "\(reader.side) (\(ResamplingFilter.bicubic))\(classes), \(origin)"
    let isPart = number != split.count.grouped
    let deviations = [
      isPart ? "Cityscapes has \(number) \(split.words) pairs here" : nil,
      truth != nil && layout != .official
        ? "classes of the \(split.words) pairs are recovered from lossy colours (rule \(reader.rule.rawValue)), not read from "
          + "the official id maps, which bounds what any row can score" : nil,
      listing.arePaired ? nil : "no photograph goes with a label map by its name",
    ].compactMap { $0 }
    let notes =
      reader.isSwapped
      ? ["the label maps of \(path) are where the layout has photographs; they are read as such"] : []
    return SavedSplit(
      provenance: provenance, deviation: deviations.isEmpty ? nil : deviations.joined(separator: "; "),
      notes: notes)
  }
}
