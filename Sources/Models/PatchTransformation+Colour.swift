import Glibc
import LinearAlgebra

/// The principal components of the colours of many pixels.
struct ColourBasis: Sendable, Equatable {
  let mean: [Float]
  /// Three rows of three, largest variance first.
  let components: [Float]

  init(of patches: [SeedPatch]) throws {
    var sums = [Double](repeating: 0, count: 3)
    var products = Matrix<Double>(rows: 3, columns: 3)
    let area = SeedPatch.side * SeedPatch.side
    for patch in patches {
      patch.image.withPixels(of: 0) { pixels in
        for row in patch.y..<(patch.y + SeedPatch.side) {
          for column in patch.x..<(patch.x + SeedPatch.side) {
            let colour = (0..<3).map {
              Double(pixels[($0 * patch.image.height + row) * patch.image.width + column])
            }
            for i in 0..<3 {
              sums[i] += colour[i]
              for j in 0..<3 { products[i, j] += colour[i] * colour[j] }
            }
          }
        }
      }
    }
    let count = Double(max(1, patches.count * area))
    for i in 0..<3 {
      for j in 0..<3 { products[i, j] = products[i, j] / count - sums[i] / count * (sums[j] / count) }
    }
    mean = sums.map { Float($0 / count) }
    components = try SymmetricEigen(products).vectors.elements.map(Float.init)
  }

  /// Multiplies every pixel's deviation from the mean colour by a factor along each component.
  func scale(by factors: [Double], _ pixels: UnsafeMutableBufferPointer<Float>) {
    var map = [Float](repeating: 0, count: 9)
    for i in 0..<3 {
      for j in 0..<3 {
        for k in 0..<3 { map[i * 3 + j] += components[k * 3 + i] * Float(factors[k]) * components[k * 3 + j] }
      }
    }
    let area = SeedPatch.side * SeedPatch.side
    for pixel in 0..<area {
      let r = pixels[pixel] - mean[0]
      let g = pixels[area + pixel] - mean[1]
      let b = pixels[2 * area + pixel] - mean[2]
      pixels[pixel] = map[0] * r + map[1] * g + map[2] * b + mean[0]
      pixels[area + pixel] = map[3] * r + map[4] * g + map[5] * b + mean[1]
      pixels[2 * area + pixel] = map[6] * r + map[7] * g + map[8] * b + mean[2]
    }
  }
}

extension PatchTransformation.Contrast {
  /// Stretches the patch to 0...1, changes hue, saturation and value, and returns to 0...255.
  func apply(to pixels: UnsafeMutableBufferPointer<Float>) {
    let area = SeedPatch.side * SeedPatch.side
    var (low, high) = (Float.infinity, -Float.infinity)
    for position in 0..<(3 * area) {
      low = min(low, pixels[position])
      high = max(high, pixels[position])
    }
    let stretch = high > low ? 1 / (high - low) : 0
    let (saturationExponent, valueExponent) = (Float(saturationPower), Float(valuePower))
    let (saturationScale, valueScale) = (Float(saturationFactor), Float(valueFactor))
    let (saturationShift, valueShift) = (Float(saturationOffset), Float(valueOffset))
    // A sixth of a turn for each pair of neighbouring primaries.
    let turn = Float(6 * hueOffset)
    for pixel in 0..<area {
      let r = (pixels[pixel] - low) * stretch
      let g = (pixels[area + pixel] - low) * stretch
      let b = (pixels[2 * area + pixel] - low) * stretch
      let most = max(r, g, b)
      let spread = most - min(r, g, b)
      var hue: Float = 0
      if spread > 0 {
        if most == r {
          hue = (g - b) / spread
        } else if most == g {
          hue = 2 + (b - r) / spread
        } else {
          hue = 4 + (r - g) / spread
        }
      }
      hue += turn
      hue -= 6 * (hue / 6).rounded(.down)
      let saturation = changed(
        most > 0 ? spread / most : 0, power: saturationExponent, factor: saturationScale,
        offset: saturationShift)
      let value = changed(most, power: valueExponent, factor: valueScale, offset: valueShift)
      // Each primary falls off with its distance from the hue on the circle.
      func primary(_ place: Float) -> Float {
        let distance = abs(hue - place)
        let strength = min(max(2 - min(distance, 6 - distance), 0), 1)
        return 255 * value * (1 - saturation * (1 - strength))
      }
      pixels[pixel] = primary(0)
      pixels[area + pixel] = primary(2)
      pixels[2 * area + pixel] = primary(4)
    }
  }

  private func changed(_ x: Float, power: Float, factor: Float, offset: Float) -> Float {
    min(max(powf(x, power) * factor + offset, 0), 1)
  }
}
