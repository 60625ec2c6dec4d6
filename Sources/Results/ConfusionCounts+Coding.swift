import Foundation

/// Between steps counts are bytes in base 64: of 500 images they are 190,000 numbers, whose decimal text took longer to read
/// than all that is computed of them.
extension ConfusionCounts: Codable {
  private enum CodingKeys: String, CodingKey { case classes, images }

  /// Numbers of one image.
  private static func cells(_ classes: Int) -> Int { classes * (classes + 1) }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(classes, forKey: .classes)
    let runs = images.map { run in
      Data(run.joined().flatMap { count in withUnsafeBytes(of: count.littleEndian, Array.init) })
        .base64EncodedString()
    }
    try values.encode(runs, forKey: .images)
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let classes = try values.decode([String].self, forKey: .classes)
    let cells = Self.cells(classes.count)
    let images = try values.decode([String].self, forKey: .images).map { text in
      guard let bytes = Data(base64Encoded: text), cells > 0, bytes.count % (4 * cells) == 0 else {
        throw DecodingError.dataCorruptedError(
          forKey: .images, in: values, debugDescription: "these are no counts of \(classes.count) classes")
      }
      return bytes.withUnsafeBytes { bytes in
        (0..<(bytes.count / (4 * cells))).map { image in
          (0..<cells).map { cell in
            Int32(
              littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * (image * cells + cell), as: Int32.self))
          }
        }
      }
    }
    self.init(classes: classes, images: images)
  }
}
