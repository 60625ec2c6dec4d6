import Images

/// Turns colours into classes: each pixel is the class of the nearest colour, the first in the order of train ids where two
/// are equally near.
public struct ColourDecoder: Sendable {
  /// The colours that a pixel is compared with.
  public enum Candidates: String, CaseIterable, Sendable, Codable {
    /// Those of the 19 classes.
    case classes
    /// Those of the voids too, which become 255.
    case palette
  }

  /// How far apart two colours are.
  public enum Distance: String, CaseIterable, Sendable, Codable {
    /// The sum of squared differences.
    case l2
    /// The sum of absolute differences.
    case l1
  }

  let colours: [SIMD4<Int32>]
  /// The train id of each colour.
  let ids: [UInt8]
  private let distance: Distance

  public init(candidates: Candidates = .classes, distance: Distance = .l2) {
    let voids = candidates == .classes ? [] : SceneClasses.voidColours.map(\.colour)
    self.init(voids: voids, distance: distance)
  }

  /// The 19 classes, and these colours for what is none.
  init(voids: [[UInt8]], distance: Distance) {
    let colours = SceneClasses.colours + voids
    self.colours = colours.map { SIMD4(Int32($0[0]), Int32($0[1]), Int32($0[2]), 0) }
    ids = colours.indices.map { $0 < SceneClasses.colours.count ? UInt8($0) : SceneClasses.none }
    self.distance = distance
  }

  /// One id for each pixel of an image that stands as its red, its green and its blue plane, each row-major.
  public func ids(planes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    nearest(planes: planes).map { ids[Int($0)] }
  }

  /// The same for an image of `height` x `width` pixels that is first enlarged bilinearly, as Pillow does, to
  /// `newHeight` x `newWidth`.
  public func ids(
    planes: UnsafeBufferPointer<UInt8>, height: Int, width: Int, enlargedTo newHeight: Int, _ newWidth: Int
  ) -> [UInt8] {
    let image = Raster(width: width, height: height, planes: planes)
    return image.resized(width: newWidth, height: newHeight, filter: .bilinear).planes
      .withUnsafeBufferPointer(ids(planes:))
  }

  private typealias Lanes = SIMD16<Int32>

  /// The position in `colours` of the colour nearest to each pixel.
  func nearest(planes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    precondition(planes.count % 3 == 0, "\(planes.count) bytes are no three planes")
    let count = planes.count / 3
    return [UInt8](unsafeUninitializedCapacity: count) { nearest, initialised in
      for first in stride(from: 0, to: count, by: Lanes.scalarCount) {
        let lanes = min(Lanes.scalarCount, count - first)
        func plane(_ channel: Int) -> Lanes {
          var bytes = SIMD16<UInt8>()
          let start = channel * count + first
          if lanes == Lanes.scalarCount {
            bytes = UnsafeRawPointer(planes.baseAddress! + start).loadUnaligned(as: SIMD16<UInt8>.self)
          } else {
            for lane in 0..<lanes { bytes[lane] = planes[start + lane] }
          }
          return Lanes(truncatingIfNeeded: bytes)
        }
        let positions = position(plane(0), plane(1), plane(2))
        for lane in 0..<lanes { nearest[first + lane] = UInt8(truncatingIfNeeded: positions[lane]) }
      }
      initialised = count
    }
  }

  /// The position of the colour nearest to each of 16 pixels.
  private func position(_ red: Lanes, _ green: Lanes, _ blue: Lanes) -> Lanes {
    var (best, least) = (Lanes(), Lanes(repeating: .max))
    for (position, colour) in colours.enumerated() {
      let (r, g, b) = (red &- colour.x, green &- colour.y, blue &- colour.z)
      let far =
        switch distance {
        case .l2: r &* r &+ g &* g &+ b &* b
        case .l1: Self.magnitude(r) &+ Self.magnitude(g) &+ Self.magnitude(b)
        }
      let isNearer = far .< least
      least.replace(with: far, where: isNearer)
      best.replace(with: Int32(position), where: isNearer)
    }
    return best
  }

  private static func magnitude(_ values: Lanes) -> Lanes {
    values.replacing(with: 0 &- values, where: values .< 0)
  }
}
