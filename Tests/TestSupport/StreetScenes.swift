import Files
import Images

/// Made-up streets in the layout of pix2pix's Cityscapes: `train/N.png` and `val/N.png`, the photograph at the left, the
/// label map at the right. The same numbers give the same scenes.
public enum StreetScenes {
  /// The train ids that occur, with the colour of the label map and that of the photograph.
  private static let classes: [(id: UInt8, label: Ink, photo: Ink)] = [
    (0, Ink(red: 128, green: 64, blue: 128), Ink(red: 96, green: 98, blue: 104)),
    (1, Ink(red: 244, green: 35, blue: 232), Ink(red: 136, green: 128, blue: 118)),
    (2, Ink(red: 70, green: 70, blue: 70), Ink(red: 160, green: 130, blue: 108)),
    (8, Ink(red: 107, green: 142, blue: 35), Ink(red: 50, green: 84, blue: 48)),
    (10, Ink(red: 70, green: 130, blue: 180), Ink(red: 205, green: 214, blue: 226)),
    (11, Ink(red: 220, green: 20, blue: 60), Ink(red: 186, green: 90, blue: 70)),
    (13, Ink(red: 0, green: 0, blue: 142), Ink(red: 34, green: 36, blue: 52)),
  ]

  /// Writes `train` and `test` scenes of `side` x `side` pixels into a folder. No scene is in both.
  ///
  /// Throws `FileError`.
  public static func write(to folder: String, train: Int, test: Int, side: Int = 64) throws {
    for (name, count, first) in [("train", train, 0), ("val", test, 100_000)] {
      try POSIXFileSystem().makeDirectories(Paths.join(folder, name))
      for number in 0..<count {
        try DurableFile.write(
          pair(first + number, side: side).png(), to: Paths.join(folder, name, "\(number + 1).png"))
      }
    }
  }

  /// Photograph and label map side by side.
  public static func pair(_ number: Int, side: Int = 64) -> Raster {
    let (photo, labels) = (photo(number, side: side), labels(number, side: side))
    var bytes: [UInt8] = []
    for row in 0..<side {
      let range = (3 * side * row)..<(3 * side * (row + 1))
      bytes += photo.bytes[range]
      bytes += labels.bytes[range]
    }
    return Raster(width: 2 * side, height: side, colour: .rgb, bytes: bytes)
  }

  /// Flat colours of the palette.
  public static func labels(_ number: Int, side: Int = 64) -> Raster {
    image(number, side: side) { kind, _, _ in kind.label }
  }

  /// Other colours, darker towards the bottom, under noise.
  public static func photo(_ number: Int, side: Int = 64) -> Raster {
    image(number, side: side) { kind, row, column in
      let shade = -16 * row / side
      func value(_ colour: UInt8, _ channel: Int) -> UInt8 {
        let noise = Int(hash(number, row * side + column, channel) % 17) - 8
        return UInt8(clamping: Int(colour) + shade + noise)
      }
      return Ink(
        red: value(kind.photo.red, 0), green: value(kind.photo.green, 1), blue: value(kind.photo.blue, 2))
    }
  }

  /// The train id of each pixel, row by row.
  public static func ids(_ number: Int, side: Int = 64) -> [UInt8] {
    positions(number, side: side).map { classes[$0].id }
  }

  private static func image(
    _ number: Int, side: Int, _ ink: ((id: UInt8, label: Ink, photo: Ink), _ row: Int, _ column: Int) -> Ink
  ) -> Raster {
    let bytes = positions(number, side: side).enumerated().flatMap { pixel, position in
      let ink = ink(classes[position], pixel / side, pixel % side)
      return [ink.red, ink.green, ink.blue]
    }
    return Raster(width: side, height: side, colour: .rgb, bytes: bytes)
  }

  /// A sky, houses, a tree, a street between pavements that narrows towards the horizon, a car and a person.
  private static func positions(_ number: Int, side: Int) -> [Int] {
    /// A number below 1000 for each trait of the scene.
    func trait(_ trait: Int) -> Int { Int(hash(number, trait, 7) % 1000) }
    // All lengths are thousandths of the side.
    let horizon = 380 + trait(0) / 8
    let roofs = (0..<4).map { horizon - 80 - trait(1 + $0) * 3 / 10 }
    let tree = (x: trait(5), y: horizon - 40, radius: 80 + trait(6) / 10)
    let middle = 400 + trait(7) / 5
    let car = (
      x: middle - 150 + trait(8) * 3 / 10, y: horizon + 60 + trait(9) / 5, size: 110 + trait(10) / 12
    )
    let person = (x: trait(11), y: horizon + 20 + trait(12) / 8)
    return (0..<(side * side)).map { pixel in
      let (y, x) = ((2000 * (pixel / side) + 1000) / (2 * side), (2000 * (pixel % side) + 1000) / (2 * side))
      if abs(x - person.x) < 25, abs(y - person.y) < 75 { return 5 }
      if abs(x - car.x) < car.size, abs(y - car.y) < car.size / 2 { return 6 }
      let (dx, dy) = (x - tree.x, y - tree.y)
      if dx * dx + dy * dy < tree.radius * tree.radius { return 3 }
      if y < horizon { return y < roofs[min(3, x / 250)] ? 4 : 2 }
      let half = 120 + (y - horizon)
      return abs(x - middle) < half ? 0 : abs(x - middle) < half + 140 ? 1 : 2
    }
  }

  /// SplitMix64 of three numbers.
  private static func hash(_ first: Int, _ second: Int, _ third: Int) -> UInt64 {
    var mixed = UInt64(truncatingIfNeeded: first) &* 0x9e37_79b9_7f4a_7c15
    mixed &+= UInt64(truncatingIfNeeded: second) &* 0xd1b5_4a32_d192_ed03
    mixed &+= UInt64(truncatingIfNeeded: third) &* 0x8cb9_2ba7_2f3d_8dd7
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
