/// What each pixel of a street scene shows: the 19 classes that Cityscapes scores, their colours and raw ids (Cordts et al.
/// 2016).
public enum SceneClasses {
  /// The classes in the order of their train ids.
  public static let names = scored.map(\.name)
  /// Red, green and blue of each class in a colour map, in the same order.
  public static let colours = scored.map(\.colour)
  /// The id of a pixel that is no class.
  public static let none: UInt8 = 255

  /// The train id of a raw id of `*_labelIds.png`: 0 for 7, the road, …; 255 for what is not scored, and for the 255 that
  /// stands for licence plates (-1). Nil for ids that are not in the official list, 0 to 33.
  public static func trainId(ofRaw id: UInt8) -> UInt8? {
    guard id < 34 || id == none else { return nil }
    return scored.firstIndex { $0.raw == id }.map { UInt8($0) } ?? none
  }

  private static let scored: [(raw: UInt8, name: String, colour: [UInt8])] = [
    (7, "road", [128, 64, 128]), (8, "sidewalk", [244, 35, 232]), (11, "building", [70, 70, 70]),
    (12, "wall", [102, 102, 156]), (13, "fence", [190, 153, 153]), (17, "pole", [153, 153, 153]),
    (19, "traffic light", [250, 170, 30]), (20, "traffic sign", [220, 220, 0]),
    (21, "vegetation", [107, 142, 35]), (22, "terrain", [152, 251, 152]), (23, "sky", [70, 130, 180]),
    (24, "person", [220, 20, 60]), (25, "rider", [255, 0, 0]), (26, "car", [0, 0, 142]),
    (27, "truck", [0, 0, 70]), (28, "bus", [0, 60, 100]), (31, "train", [0, 80, 100]),
    (32, "motorcycle", [0, 0, 230]), (33, "bicycle", [119, 11, 32]),
  ]

  /// The colours of a colour map that are no class, each once: pole groups have the colour of poles, licence plates that of
  /// cars.
  static let voidColours: [(name: String, colour: [UInt8])] = [
    ("unlabelled", [0, 0, 0]), ("dynamic", [111, 74, 0]), ("ground", [81, 0, 81]),
    ("parking", [250, 170, 160]), ("rail track", [230, 150, 140]), ("guard rail", [180, 165, 180]),
    ("bridge", [150, 100, 100]), ("tunnel", [150, 120, 90]), ("caravan", [0, 0, 90]),
    ("trailer", [0, 0, 110]),
  ]
}
