/// A MATLAB file as SVHN's makers publish theirs, of made-up images: X of 32 x 32 x 3 x N bytes, y of N x 1 bytes.
public enum HouseNumbers {
  /// - Parameters:
  ///   - labels: 1 to 10; 10 is the digit 0.
  ///   - pixel: the byte at a row, column and channel of an image.
  public static func file(
    labels: [UInt8], pixel: (_ image: Int, _ row: Int, _ column: Int, _ channel: Int) -> UInt8
  ) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(labels.count * 3072)
    // The first index runs fastest.
    for image in labels.indices {
      for channel in 0..<3 {
        for column in 0..<32 { for row in 0..<32 { pixels.append(pixel(image, row, column, channel)) } }
      }
    }
    var header = Array("MATLAB 5.0 MAT-file, made up".utf8)
    header += [UInt8](repeating: 0x20, count: 116 - header.count) + [UInt8](repeating: 0, count: 8)
    return header + [0, 1] + Array("IM".utf8)
      + matrix("X", [32, 32, 3, labels.count], pixels) + matrix("y", [labels.count, 1], labels)
  }

  /// Ten kinds of stripes that a nearest neighbour tells apart, under noise that a formula makes.
  public static func stripes(perClass count: Int, first: Int = 0) -> [UInt8] {
    let labels = (0..<(10 * count)).map { UInt8($0 % 10 + 1) }
    return file(labels: labels) { image, row, column, channel in
      let label = Int(labels[image])
      let stripe = label % 2 == 0 ? (row / 2) % 2 : (column / 2) % 2
      let level = channel == label % 3 ? 60 + 8 * label : 40
      let noise =
        (UInt32(first + image) &* 2_654_435_761 &+ UInt32(row * 97 + column * 31 + channel) &* 40_503) >> 16
      return UInt8(level + 40 * stripe + Int(noise % 32))
    }
  }

  private static func matrix(_ name: String, _ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
    // uint8, no flags; int32 dimensions; the name; the bytes.
    let parts =
      element(6, [9, 0, 0, 0, 0, 0, 0, 0]) + element(5, shape.flatMap { little($0) })
      + element(1, Array(name.utf8)) + element(2, bytes)
    return element(14, parts)
  }

  private static func element(_ type: Int, _ bytes: [UInt8]) -> [UInt8] {
    little(type) + little(bytes.count) + bytes + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
  }

  private static func little(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xff) } }
}
