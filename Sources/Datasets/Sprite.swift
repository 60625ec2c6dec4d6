import Foundation

/// One shape at one size and orientation: the rules by which dSprites images are drawn.
///
/// The rules were fitted to 320 official frames, of which they reproduce 300 exactly and all but 36 of the 1,310,720
/// pixels. Lengths are in pixels, y points down, a pixel is 1 where its centre lies inside the shape; there is no
/// anti-aliasing. With the offset (dx, dy) from the shape's centre, size k and angle t,
///
///     u = (dx cos t - dy sin t) / k,    v = (dx sin t + dy cos t) / k
///
/// are the coordinates in which a shape is described. Version 1 of the rules.
struct Sprite {
  static let rulesVersion = 1

  enum Shape: Int { case square, ellipse, heart }

  /// No shape reaches farther from its centre than the square's corner, 9.6 sqrt 2, at size 1.
  private static let reach = 13.6

  let shape: Shape
  let size: Double
  private let cosine: Double
  private let sine: Double

  /// `scale` in 0..<6 gives sizes 0.5 to 1; `orientation` in 0..<40 gives 0 to 360 degrees anticlockwise, both
  /// ends included, so that the last orientation looks like the first.
  init(shape: Shape, scale: Int, orientation: Int) {
    self.shape = shape
    size = 0.5 + 0.1 * Double(scale)
    let angle = 2 * .pi * Double(orientation % 39) / 39
    cosine = cos(angle) / size
    sine = sin(angle) / size
  }

  /// The centre that `position` in 0..<32 stands for, on either axis.
  static func centre(_ position: Int) -> Double { 16 + 32 * Double(position) / 31 }

  /// Draws the shape around (`x`, `y`) into 64 rows, bit c being column c. Rows outside the shape become 0.
  func draw(x: Double, y: Double, into rows: UnsafeMutableBufferPointer<UInt64>) {
    switch shape {
    case .square: draw(x, y, rows) { u, v in abs(u) <= 9.6 && abs(v) <= 9.6 }
    case .ellipse:
      draw(x, y, rows) { u, v in
        let (a, b) = (u / 12.77, v / 7.21)
        return a * a + b * b <= 1
      }
    case .heart: draw(x, y, rows, inside: Sprite.heart)
    }
  }

  /// Inside the closed curve u = 9.595 sin^3 a, v = -1.435 - 0.662 (13 cos a - 5 cos 2a - 2 cos 3a - cos 4a).
  ///
  /// A given u fixes sin a up to the sign of cos a, and the two signs give the upper and the lower edge at u.
  @inline(__always)
  private static func heart(_ u: Double, _ v: Double) -> Bool {
    let ratio = abs(u) / 9.595
    guard ratio <= 1 else { return false }
    let sine = cbrt(ratio)
    let cosine = (1 - sine * sine).squareRoot()
    return heartEdge(cosine) <= v && v <= heartEdge(-cosine)
  }

  @inline(__always)
  private static func heartEdge(_ cosine: Double) -> Double {
    let double = 2 * cosine * cosine - 1
    let triple = (4 * cosine * cosine - 3) * cosine
    let quadruple = 2 * double * double - 1
    return -1.435 - 0.662 * (13 * cosine - 5 * double - 2 * triple - quadruple)
  }

  /// Tests the pixel centres in the circle that holds the shape.
  @inline(__always)
  private func draw(
    _ x: Double, _ y: Double, _ rows: UnsafeMutableBufferPointer<UInt64>, inside: (Double, Double) -> Bool
  ) {
    let radius = Sprite.reach * size
    for row in rows.indices {
      let dy = Double(row) + 0.5 - y
      var word: UInt64 = 0
      let chord = radius * radius - dy * dy
      if chord > 0 {
        let half = chord.squareRoot()
        let first = max(0, Int((x - half - 0.5).rounded(.up)))
        let last = min(63, Int((x + half - 0.5).rounded(.down)))
        for column in stride(from: first, through: last, by: 1) {
          let dx = Double(column) + 0.5 - x
          let isInside = inside(dx * cosine - dy * sine, dx * sine + dy * cosine)
          word |= (isInside ? 1 : 0) << UInt64(column)
        }
      }
      rows[row] = word
    }
  }
}
