import Foundation

// Between steps and processes outcomes are bytes in base 64: the decimal text of ten thousand answers is four times as long,
// and that of the 190,000 counts of 500 images took longer to read than all that is computed of them.

extension Answers: Codable {
  private enum CodingKeys: String, CodingKey { case classes, actual, predicted, labelled }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(classes, forKey: .classes)
    try values.encode(Data(actual).base64EncodedString(), forKey: .actual)
    try values.encode(predicted.map { Data($0).base64EncodedString() }, forKey: .predicted)
    try values.encodeIfPresent(labelled, forKey: .labelled)
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let classes = try values.decode([String].self, forKey: .classes)
    let labelled = try values.decodeIfPresent([[Int32]].self, forKey: .labelled)
    guard let actual = try? values.decode(String.self, forKey: .actual) else {
      // Artifacts of earlier builds have numbers.
      self.init(
        classes: classes, actual: try values.decode([UInt8].self, forKey: .actual),
        predicted: try values.decode([[UInt8]].self, forKey: .predicted), labelled: labelled)
      return
    }
    func bytes(_ text: String, _ key: CodingKeys) throws -> [UInt8] {
      guard let bytes = Data(base64Encoded: text) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: values, debugDescription: "these are no answers")
      }
      return [UInt8](bytes)
    }
    self.init(
      classes: classes, actual: try bytes(actual, .actual),
      predicted: try values.decode([String].self, forKey: .predicted).map { try bytes($0, .predicted) },
      labelled: labelled)
  }
}

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
