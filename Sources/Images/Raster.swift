/// An 8-bit image, grey or RGB, row by row from the top left.
public struct Raster: Sendable, Hashable {
  public enum Colour: Sendable, Hashable {
    case grey, rgb
    public var channels: Int { self == .grey ? 1 : 3 }
  }

  /// No image may have more pixels than this: a header that claims more is damaged or hostile.
  public static let maximumPixelCount = 1 << 28

  public let width: Int
  public let height: Int
  public let colour: Colour
  /// `width * height * channels` bytes; the channels of a pixel stand side by side.
  public private(set) var bytes: [UInt8]

  /// An image of one colour. A grey image takes the ink's luma.
  public init(width: Int, height: Int, colour: Colour, filledWith ink: Ink) {
    precondition(width > 0 && height > 0, "an image cannot have \(width) x \(height) pixels")
    self.width = width
    self.height = height
    self.colour = colour
    bytes = []
    bytes.reserveCapacity(width * height * colour.channels)
    for _ in 0..<(width * height) { bytes.append(contentsOf: ink.channels(colour)) }
  }

  /// Wraps pixels that are stored as described at `bytes`.
  public init(width: Int, height: Int, colour: Colour, bytes: [UInt8]) {
    precondition(width > 0 && height > 0, "an image cannot have \(width) x \(height) pixels")
    precondition(
      bytes.count == width * height * colour.channels,
      "\(bytes.count) bytes do not fill \(width) x \(height) pixels")
    self.width = width
    self.height = height
    self.colour = colour
    self.bytes = bytes
  }

  /// A grey image from intensities in 0...1; values outside are clipped, NaN becomes black.
  public init(width: Int, height: Int, intensities: some Collection<Float>) {
    let bytes = intensities.map { $0 > 0 ? UInt8(min($0, 1) * 255 + 0.5) : 0 }
    self.init(width: width, height: height, colour: .grey, bytes: bytes)
  }

  public subscript(row row: Int, column column: Int) -> Ink {
    get {
      let first = offset(row, column)
      return colour == .grey
        ? Ink(grey: bytes[first]) : Ink(red: bytes[first], green: bytes[first + 1], blue: bytes[first + 2])
    }
    set {
      let first = offset(row, column)
      for (channel, value) in newValue.channels(colour).enumerated() { bytes[first + channel] = value }
    }
  }

  private func offset(_ row: Int, _ column: Int) -> Int {
    precondition(
      (0..<height).contains(row) && (0..<width).contains(column),
      "pixel (\(row), \(column)) lies outside \(height) rows and \(width) columns")
    return (row * width + column) * colour.channels
  }
}

/// The colour of a pixel.
public struct Ink: Sendable, Hashable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  public init(grey: UInt8) { self.init(red: grey, green: grey, blue: grey) }

  public static let black = Ink(grey: 0)
  public static let white = Ink(grey: 255)

  var isGrey: Bool { red == green && green == blue }

  /// Luma by ITU-R BT.601, which leaves greys as they are.
  var luma: UInt8 {
    let thousandths = 299 * Int(red) + 587 * Int(green) + 114 * Int(blue)
    return UInt8((thousandths + 500) / 1000)
  }

  func channels(_ colour: Raster.Colour) -> [UInt8] { colour == .grey ? [luma] : [red, green, blue] }
}
