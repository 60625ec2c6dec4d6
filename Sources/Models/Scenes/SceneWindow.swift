import Datasets
import Randomness

/// The square part of a scene that a network is shown, in shares of the scene's side.
struct SceneWindow: Equatable {
  var left = 0.0
  var top = 0.0
  var side = 1.0
  var isFlipped = false

  /// All of the scene.
  static let whole = SceneWindow()

  /// A part that is enlarged by up to `zoom`, anywhere, flipped with probability one half.
  static func random(zoom: Double, from stream: inout RandomStream) -> SceneWindow {
    let side = 1 / (1 + (zoom - 1) * stream.uniform())
    return SceneWindow(
      left: (1 - side) * stream.uniform(), top: (1 - side) * stream.uniform(), side: side,
      isFlipped: stream.uniform() < 0.5)
  }

  /// Where the centres of `count` pixels across the window lie, in pixels of a scene with `size` of them; pixel i of the
  /// scene reaches from i to i + 1.
  private func centres(_ count: Int, of size: Int, from start: Double, isReversed: Bool) -> [Double] {
    (0..<count).map { position in
      let place = isReversed ? count - 1 - position : position
      return (start + side * (Double(place) + 0.5) / Double(count)) * Double(size)
    }
  }

  private func columns(_ count: Int, of width: Int) -> [Double] {
    centres(count, of: width, from: left, isReversed: isFlipped)
  }
  private func rows(_ count: Int, of height: Int) -> [Double] {
    centres(count, of: height, from: top, isReversed: false)
  }

  /// This part of an image at `side` x `side` pixels, bilinearly, into channels x `side` x `side` elements in -1...1.
  /// Beyond the centres of the outer pixels values go on unchanged.
  func sample(_ images: any ByteImages, _ index: Int, side: Int, into elements: UnsafeMutablePointer<Float>) {
    let (height, width) = (images.height, images.width)
    let xs = columns(side, of: width).map { Neighbours($0, of: width) }
    let ys = rows(side, of: height).map { Neighbours($0, of: height) }
    images.withPixels(of: index) { pixels in
      var position = 0
      for channel in 0..<images.channels {
        for y in ys {
          let upper = (channel * height + y.first) * width
          let lower = (channel * height + y.second) * width
          for x in xs {
            let above = x.blend(
              signedLevels[Int(pixels[upper + x.first])], signedLevels[Int(pixels[upper + x.second])])
            let below = x.blend(
              signedLevels[Int(pixels[lower + x.first])], signedLevels[Int(pixels[lower + x.second])])
            elements[position] = y.blend(above, below)
            position += 1
          }
        }
      }
    }
  }

  /// The same part of a map of classes, at `side` x `side` pixels, each that of the nearest.
  func classes(_ truth: any ByteImages, _ index: Int, side: Int) -> [UInt8] {
    let (height, width) = (truth.height, truth.width)
    let xs = columns(side, of: width).map { min(width - 1, Int($0)) }
    let ys = rows(side, of: height).map { min(height - 1, Int($0)) }
    return truth.withPixels(of: index) { pixels in ys.flatMap { y in xs.map { pixels[y * width + $0] } } }
  }
}

/// Two neighbouring pixels and how much the second counts at a place between their centres.
private struct Neighbours {
  let first: Int
  let second: Int
  let share: Float

  init(_ place: Double, of size: Int) {
    let fromCentre = min(Double(size - 1), max(0, place - 0.5))
    first = Int(fromCentre)
    second = min(size - 1, first + 1)
    share = Float(fromCentre - Double(first))
  }

  func blend(_ a: Float, _ b: Float) -> Float { a + (b - a) * share }
}
