import Files
import Images

extension Cityscapes {
  /// Whether the label maps are where the layout has photographs: the Torch and the PyTorch code of the same authors name
  /// the sides differently. Their colours tell. Id maps need no such question.
  ///
  /// Throws `DatasetError.unclearSides`.
  func isSwapped(_ scenes: [SceneFiles], _ reader: SceneFileReader) throws -> Bool {
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
    let areLabels = means.map { $0 > Self.labelShare }
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

  static func isLabelMap(_ image: Raster) -> Bool { shareLikeLabels(image) > labelShare }

  private static let labelShare = 0.4

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
