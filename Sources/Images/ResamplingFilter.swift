/// The kernel with which an image is resampled.
///
/// When an image shrinks, the kernel is widened by the same factor, so that every pixel of the source counts
/// (antialiasing); when it grows, the kernel interpolates.
public enum ResamplingFilter: String, Hashable, Sendable, CaseIterable {
  /// The mean over the area that a target pixel covers.
  case box
  /// Linear interpolation, a triangle when shrinking.
  case bilinear
  /// Cubic convolution with a = -1/2 (Keys 1981).
  case bicubic

  /// Half the width of the kernel in source pixels, before it is widened.
  var support: Double {
    switch self {
    case .box: 0.5
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  func callAsFunction(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .box:
      // Half open, so that a source pixel on the border of two target pixels counts for one of them.
      return distance > -0.5 && distance <= 0.5 ? 1 : 0
    case .bilinear:
      return max(0, 1 - x)
    case .bicubic:
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
    }
  }
}

/// One axis of a resampling: which source pixels each target pixel sums up, with which weights.
///
/// Weights are integers in units of 2^-22 and sums are rounded to 8 bits after each axis. That is the arithmetic of
/// Pillow, so images come out as its `resize` makes them, bit for bit.
struct ResamplingWeights {
  static let fractionBits = 22

  /// The target pixels, in the numbering of the whole target.
  let targets: Range<Int>
  /// The first source pixel of each target pixel.
  private(set) var starts: [Int] = []
  /// Where the weights of each target pixel start, and at the end where the last ones end.
  private(set) var offsets: [Int] = [0]
  private(set) var weights: [Int] = []

  /// The part `targets` of the axis that takes `source` pixels to `target` pixels.
  init(source: Int, target: Int, targets: Range<Int>, filter: ResamplingFilter) {
    self.targets = targets
    let scale = Double(source) / Double(target)
    let widening = max(scale, 1)
    let support = filter.support * widening
    for pixel in targets {
      let centre = (Double(pixel) + 0.5) * scale
      let first = max(0, Int(centre - support + 0.5))
      let last = min(source, Int(centre + support + 0.5))
      let values = (first..<last).map { filter((Double($0) - centre + 0.5) * (1 / widening)) }
      let total = values.reduce(0, +)
      starts.append(first)
      weights += values.map {
        Int((($0 / total) * Double(1 << ResamplingWeights.fractionBits)).rounded(.toNearestOrAwayFromZero))
      }
      offsets.append(weights.count)
    }
  }

  /// The source pixels that any of the target pixels needs.
  var sources: Range<Int> {
    var last = 0
    for (pixel, start) in starts.enumerated() {
      last = max(last, start + offsets[pixel + 1] - offsets[pixel])
    }
    return (starts.min() ?? 0)..<last
  }
}
