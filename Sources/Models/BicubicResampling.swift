/// Bicubic resampling of one axis (Keys 1981, a = -1/2), as MATLAB's `imresize` does it: when an axis shrinks, the kernel
/// widens by as much, so that nothing aliases; beyond the edge an image goes on mirrored.
struct BicubicResampling {
  let source: Int
  let target: Int
  /// For every target pixel the source pixels that it sums, and their weights, which add up to one.
  let taps: [[(index: Int, weight: Float)]]

  init(from source: Int, to target: Int) {
    precondition(source > 0 && target > 0, "resampling \(source) pixels to \(target)")
    self.source = source
    self.target = target
    let scale = Double(target) / Double(source)
    let stretch = min(scale, 1)
    let reach = 2 / stretch
    taps = (0..<target).map { position in
      let centre = (Double(position) + 0.5) / scale - 0.5
      let first = Int((centre - reach).rounded(.up))
      let last = Int((centre + reach).rounded(.down))
      let weights = (first...last).map { BicubicResampling.kernel((centre - Double($0)) * stretch) }
      let sum = weights.reduce(0, +)
      return zip(first...last, weights).filter { $0.1 != 0 }.map {
        (BicubicResampling.mirrored($0.0, within: source), Float($0.1 / sum))
      }
    }
  }

  private static func kernel(_ distance: Double) -> Double {
    let x = abs(distance)
    if x <= 1 { return (1.5 * x - 2.5) * x * x + 1 }
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
  }

  private static func mirrored(_ index: Int, within count: Int) -> Int {
    let place = ((index % (2 * count)) + 2 * count) % (2 * count)
    return place < count ? place : 2 * count - 1 - place
  }

  /// The resampling as a matrix [target, source], row-major.
  var matrix: [Float] {
    var elements = [Float](repeating: 0, count: target * source)
    for (row, taps) in taps.enumerated() {
      for tap in taps { elements[row * source + tap.index] += tap.weight }
    }
    return elements
  }
}

/// One image of bytes, channel after channel, resampled in both directions; bytes are rounded and clipped once.
func resampled(
  _ pixels: UnsafeBufferPointer<UInt8>, channels: Int, columns: BicubicResampling, rows: BicubicResampling
) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(channels * columns.target * rows.target)
  var across = [Float](repeating: 0, count: rows.source * columns.target)
  for channel in 0..<channels {
    let plane = channel * rows.source * columns.source
    for y in 0..<rows.source {
      for (x, taps) in columns.taps.enumerated() {
        across[y * columns.target + x] = taps.reduce(0) {
          $0 + $1.weight * Float(pixels[plane + y * columns.source + $1.index])
        }
      }
    }
    for taps in rows.taps {
      for x in 0..<columns.target {
        let value = taps.reduce(0) { $0 + $1.weight * across[$1.index * columns.target + x] }
        result.append(UInt8(min(255, max(0, value.rounded()))))
      }
    }
  }
  return result
}
