import Datasets

/// What is said of each pixel of one image.
struct ClassMap {
  let height: Int
  let width: Int
  /// Row-major; one beyond the classes is no class.
  let ids: [UInt8]

  /// Counts by what is true and what is said, the map enlarged to the truth by the nearest pixel; a last column for what is
  /// no class. Pixels that are no class in truth are in no count.
  func confusions(
    with truth: UnsafeBufferPointer<UInt8>, height trueHeight: Int, width trueWidth: Int, classes: Int
  ) -> [Int32] {
    var counts = [Int32](repeating: 0, count: classes * (classes + 1))
    let columns = (0..<trueWidth).map { (2 * $0 + 1) * width / (2 * trueWidth) }
    for row in 0..<trueHeight {
      let line = (2 * row + 1) * height / (2 * trueHeight) * width
      for column in 0..<trueWidth {
        let actual = Int(truth[row * trueWidth + column])
        guard actual < classes else { continue }
        let said = min(Int(ids[line + columns[column]]), classes)
        counts[actual * (classes + 1) + said] += 1
      }
    }
    return counts
  }

  /// A picture of it in the classes' colours; black where there is no class.
  var planes: [UInt8] {
    var planes = [UInt8](repeating: 0, count: 3 * ids.count)
    for (pixel, id) in ids.enumerated() where Int(id) < SceneClasses.colours.count {
      for channel in 0..<3 { planes[channel * ids.count + pixel] = SceneClasses.colours[Int(id)][channel] }
    }
    return planes
  }
}

extension ClassMap {
  func confusions(with truth: ImageCollection, of index: Int) -> [Int32] {
    truth.withPixels(of: index) {
      confusions(with: $0, height: truth.height, width: truth.width, classes: SceneClasses.names.count)
    }
  }
}
