import Glibc
import Randomness

/// How far the copies of a patch may differ from it (Dosovitskiy et al. 2015, section 3.1, with the ranges of the
/// authors' released code where the two differ).
public struct TransformationRanges: Codable, Sendable, Hashable {
  /// Shift in both directions, evenly within ± this share of the patch's side.
  public var translation: Double
  /// Size, evenly within 1 / `scale` ... `scale`.
  public var scale: Double
  /// Rotation, evenly within ± this many degrees.
  public var rotation: Double
  /// Deviations of the exponents of two that multiply the principal colour components, largest component first.
  public var principalDeviations: [Double]
  /// Saturation and value are raised to the power 2^u, u evenly within ± this.
  public var power: Double
  /// … then multiplied by 2^u, u evenly within ± this.
  public var factor: Double
  /// … then moved by u, evenly within ± this; hue, a full turn being 1, is moved as far.
  public var offset: Double

  public init(
    translation: Double = 0.25, scale: Double = 2.0.squareRoot(), rotation: Double = 20,
    principalDeviations: [Double] = [1, 1, 0.5], power: Double = 2, factor: Double = 0.5, offset: Double = 0.1
  ) {
    precondition(principalDeviations.count == 3, "a colour has three principal components")
    precondition(scale >= 1, "sizes from 1 / scale to scale need a scale of at least 1, not \(scale)")
    self.translation = translation
    self.scale = scale
    self.rotation = rotation
    self.principalDeviations = principalDeviations
    self.power = power
    self.factor = factor
    self.offset = offset
  }

  /// Copies that equal their patch.
  public static let none = TransformationRanges(
    translation: 0, scale: 1, rotation: 0, principalDeviations: [0, 0, 0], power: 0, factor: 0, offset: 0)

  /// The same without the changes of colour and contrast.
  public var withoutColour: TransformationRanges {
    TransformationRanges(
      translation: translation, scale: scale, rotation: rotation, principalDeviations: [0, 0, 0], power: 0,
      factor: 0, offset: 0)
  }
}

/// One draw of a transformation.
struct PatchTransformation: Sendable, Equatable {
  /// Shift in pixels.
  var x, y: Double
  var scale: Double
  /// In radians.
  var rotation: Double
  /// Factors of the principal colour components; nil leaves them alone.
  var principal: [Double]?
  var contrast: Contrast?

  struct Contrast: Sendable, Equatable {
    var saturationPower, valuePower: Double
    var saturationFactor, valueFactor: Double
    var saturationOffset, valueOffset: Double
    var hueOffset: Double
  }

  /// Draws from `stream` as many numbers whatever the ranges are.
  init(_ ranges: TransformationRanges, stream: inout RandomStream) {
    func even(_ bound: Double) -> Double { (2 * stream.uniform() - 1) * bound }
    x = even(ranges.translation * Double(SeedPatch.side))
    y = even(ranges.translation * Double(SeedPatch.side))
    let smallest = 1 / ranges.scale
    scale = smallest + stream.uniform() * (ranges.scale - smallest)
    rotation = even(ranges.rotation) * .pi / 180
    let factors = ranges.principalDeviations.map { exp2($0 * stream.normal()) }
    principal = ranges.principalDeviations.contains { $0 != 0 } ? factors : nil
    let drawn = Contrast(
      saturationPower: exp2(even(ranges.power)), valuePower: exp2(even(ranges.power)),
      saturationFactor: exp2(even(ranges.factor)), valueFactor: exp2(even(ranges.factor)),
      saturationOffset: even(ranges.offset), valueOffset: even(ranges.offset), hueOffset: even(ranges.offset))
    contrast = ranges.power != 0 || ranges.factor != 0 || ranges.offset != 0 ? drawn : nil
  }

  /// Writes the transformed patch: 3 x 32 x 32 values in 0...255.
  func apply(
    to patch: SeedPatch, basis: ColourBasis, into pixels: UnsafeMutableBufferPointer<Float>
  ) {
    sample(patch, into: pixels)
    if let principal { basis.scale(by: principal, pixels) }
    if let contrast { contrast.apply(to: pixels) }
  }

  /// Looks up every pixel of the copy in the image around the patch, bilinearly; an image goes on with its edge.
  private func sample(_ patch: SeedPatch, into pixels: UnsafeMutableBufferPointer<Float>) {
    let side = SeedPatch.side
    let (width, height) = (patch.image.width, patch.image.height)
    let middle = Double(side - 1) / 2
    let (cosine, sine) = (Float(cos(rotation) * scale), Float(sin(rotation) * scale))
    let centreX = Float(Double(patch.x) + middle + x)
    let centreY = Float(Double(patch.y) + middle + y)
    patch.image.withPixels(of: 0) { source in
      for row in 0..<side {
        let v = Float(row) - Float(middle)
        for column in 0..<side {
          let u = Float(column) - Float(middle)
          let sourceX = min(max(centreX + cosine * u - sine * v, 0), Float(width - 1))
          let sourceY = min(max(centreY + sine * u + cosine * v, 0), Float(height - 1))
          let left = min(Int(sourceX), width - 2)
          let top = min(Int(sourceY), height - 2)
          let (a, b) = (sourceX - Float(left), sourceY - Float(top))
          let target = row * side + column
          for channel in 0..<3 {
            let first = (channel * height + top) * width + left
            let above = (1 - a) * Float(source[first]) + a * Float(source[first + 1])
            let below = (1 - a) * Float(source[first + width]) + a * Float(source[first + width + 1])
            pixels[channel * side * side + target] = (1 - b) * above + b * below
          }
        }
      }
    }
  }
}
