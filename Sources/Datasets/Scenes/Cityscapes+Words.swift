import Images

extension Cityscapes {
  /// The layout that is read, and those that are there and are not.
  var words: String {
    guard !others.isEmpty else { return layout.words }
    let names = others.map(\.words).joined(separator: " or ")
    return "\(layout.words) (not \(names), which \(others.count == 1 ? "is" : "are") there too)"
  }

  /// How many pairs a split has, and of how many where it is not whole.
  static func number(_ listing: SceneListing, of split: Split) -> String {
    let photos = listing.scenes.count { $0.photo != nil }
    let count = max(photos, listing.scenes.count - photos)
    return count == split.count ? count.grouped : "\(count.grouped) of \(split.count.grouped)"
  }

  /// What is to be said of a split, `truth` being the first scene's.
  func says(
    _ split: Split, _ listing: SceneListing, _ reader: SceneFileReader, truth: SceneFileReader.Truth?,
    origin: String
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
      "\(number) \(split.words) pairs of \(Self.name) in \(words), squashed to "
      + "\(SceneFileReader.squashed) x \(SceneFileReader.squashed) where larger, then resized to \(reader.side) x "
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
