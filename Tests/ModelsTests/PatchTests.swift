import Datasets
import Foundation
import Randomness
import Testing

@testable import Models

@Suite("Seed patches and their transformations")
struct PatchTests {
  private func patches(_ images: any ByteImages, _ count: Int, seed: UInt64 = 3) throws -> [SeedPatch] {
    try SeedPatch.draw(count, from: images, stream: RandomStream(seed: seed, stream: 7))
  }

  private func surrogates(_ ranges: TransformationRanges, copies: Int = 5, seed: UInt64 = 3) throws
    -> SurrogatePatches
  {
    try SurrogatePatches(
      patches: patches(patternImages(6, side: 48), 4), copies: copies, ranges: ranges,
      source: RandomStream(seed: seed, stream: 6))
  }

  private func pixels(_ surrogates: SurrogatePatches, _ copy: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: SurrogatePatches.size) { buffer, count in
      count = SurrogatePatches.size
      surrogates.fill(copy, into: UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
    }
  }

  /// The bytes of a seed patch as they stand in its image.
  private func cut(_ patch: SeedPatch) -> [Float] {
    patch.image.withPixels(of: 0) { pixels in
      (0..<3).flatMap { channel in
        (0..<32).flatMap { row in
          (0..<32).map { column in
            Float(
              pixels[(channel * patch.image.height + patch.y + row) * patch.image.width + patch.x + column])
          }
        }
      }
    }
  }

  @Test("one patch from each image, wholly inside, at one of the four scales")
  func places() throws {
    let drawn = try patches(patternImages(40, side: 96), 40)
    #expect(drawn.count == 40)
    for patch in drawn {
      #expect([49, 61, 77, 96].contains(patch.image.width))
      #expect(patch.x >= 4 && patch.x + 32 <= patch.image.width - 4)
      #expect(patch.y >= 4 && patch.y + 32 <= patch.image.height - 4)
    }
    #expect(Set(drawn.map(\.image.width)).count == 4)
    #expect(Set(drawn.map { $0.image.bytes.prefix(200) }).count > 5)
    // The same seed draws the same patches, another one others.
    func summary(_ patches: [SeedPatch]) -> [[Int]] { patches.map { [$0.x, $0.y, $0.image.width] } }
    #expect(try summary(patches(patternImages(40, side: 96), 40)) == summary(drawn))
    #expect(try summary(patches(patternImages(40, side: 96), 40, seed: 4)) != summary(drawn))
  }

  @Test("small images are enlarged to 40 pixels, so that a patch has a choice of places")
  func small() throws {
    let drawn = try patches(patternImages(60, side: 32), 60)
    #expect(drawn.allSatisfy { [32, 40].contains($0.image.width) && $0.image.height == $0.image.width })
    #expect(
      drawn.filter { $0.image.width == 40 }.allSatisfy { (2...6).contains($0.x) && (2...6).contains($0.y) })
    #expect(Set(drawn.map { [$0.x, $0.y] }).count > 10)
  }

  @Test("places with fine structure are preferred to flat ones")
  func energy() throws {
    // Grey but for a speckled square in one corner.
    let side = 96
    var bytes = [UInt8](repeating: 128, count: 3 * side * side)
    for c in 0..<3 {
      for y in 60..<90 { for x in 60..<90 { bytes[(c * side + y) * side + x] = (x + y) % 2 == 0 ? 0 : 255 } }
    }
    let images = ImageStack(channels: 3, height: side, width: side, bytes: bytes)
    for seed in 0..<20 {
      let patch = try #require(try patches(images, 1, seed: UInt64(seed)).first)
      let scale = Double(patch.image.width) / Double(side)
      let reach = { (place: Int) in Double(place + 32) / scale }
      #expect(reach(patch.x) > 58 && reach(patch.y) > 58, "seed \(seed)")
    }
    // Where all is flat, all places are as good.
    let flat = ImageStack(
      channels: 3, height: 96, width: 96, bytes: [UInt8](repeating: 9, count: 30 * 3 * 96 * 96))
    #expect(Set(try patches(flat, 30).map { [$0.x, $0.y] }).count > 15)
  }

  @Test("without any range a copy is its patch, to the byte")
  func identity() throws {
    let surrogates = try surrogates(.none)
    for copy in 0..<surrogates.count {
      #expect(pixels(surrogates, copy) == cut(surrogates.patches[surrogates.patch(of: copy)]))
    }
  }

  @Test("every range alone changes the copies, and equal seeds change them alike")
  func ranges() throws {
    var single: [TransformationRanges] = []
    for position in 0..<7 {
      var ranges = TransformationRanges.none
      switch position {
      case 0: ranges.translation = 0.25
      case 1: ranges.scale = 1.4
      case 2: ranges.rotation = 20
      case 3: ranges.principalDeviations = [1, 1, 0.5]
      case 4: ranges.power = 2
      case 5: ranges.factor = 0.5
      default: ranges.offset = 0.1
      }
      single.append(ranges)
    }
    for ranges in single + [TransformationRanges()] {
      let surrogates = try surrogates(ranges)
      let original = cut(surrogates.patches[0])
      let copies = (0..<3).map { pixels(surrogates, $0) }
      #expect(copies.allSatisfy { $0 != original && $0.allSatisfy(\.isFinite) })
      #expect(Set(copies).count == 3)
      #expect(try pixels(self.surrogates(ranges), 1) == copies[1])
      #expect(try pixels(self.surrogates(ranges, seed: 4), 1) != copies[1])
    }
    #expect(TransformationRanges().withoutColour.principalDeviations == [0, 0, 0])
    #expect(TransformationRanges().withoutColour.rotation == 20)
  }

  @Test("the drawn numbers fill their ranges and stay inside")
  func draws() {
    let ranges = TransformationRanges()
    var stream = RandomStream(seed: 1)
    let drawn = (0..<4000).map { _ in PatchTransformation(ranges, stream: &stream) }
    func fills(_ values: [Double], _ range: ClosedRange<Double>) {
      let width = range.upperBound - range.lowerBound
      #expect(values.allSatisfy(range.contains))
      #expect(abs((values.min() ?? .infinity) - range.lowerBound) < 0.01 * width)
      #expect(abs((values.max() ?? -.infinity) - range.upperBound) < 0.01 * width)
    }
    fills(drawn.map(\.x), -8...8)
    fills(drawn.map(\.y), -8...8)
    fills(drawn.map(\.scale), 0.5.squareRoot()...2.0.squareRoot())
    fills(drawn.map(\.rotation), (-.pi / 9)...(.pi / 9))
    let contrasts = drawn.compactMap(\.contrast)
    #expect(contrasts.count == drawn.count)
    fills(contrasts.map(\.saturationPower).map(logarithm), -2...2)
    fills(contrasts.map(\.valueFactor).map(logarithm), -0.5...0.5)
    fills(contrasts.map(\.hueOffset), -0.1...0.1)
    // The exponents of the principal components have deviations 1, 1 and 1/2; four standard errors are 4.5%.
    for (component, deviation) in [1, 1, 0.5].enumerated() {
      let exponents = drawn.compactMap { $0.principal?[component] }.map(logarithm)
      let found = (exponents.reduce(0) { $0 + $1 * $1 } / Double(exponents.count)).squareRoot()
      #expect(abs(found / deviation - 1) < 0.045)
    }
  }

  private func logarithm(_ x: Double) -> Double { log2(x) }

  @Test("hue, saturation and value change as in colorsys")
  func contrast() throws {
    let reference = try ExemplarReference.load().contrast
    func setting(_ name: String) throws -> Double { try #require(reference.settings[name]) }
    let contrast = PatchTransformation.Contrast(
      saturationPower: try setting("saturationPower"), valuePower: try setting("valuePower"),
      saturationFactor: try setting("saturationFactor"), valueFactor: try setting("valueFactor"),
      saturationOffset: try setting("saturationOffset"), valueOffset: try setting("valueOffset"),
      hueOffset: try setting("hueOffset"))
    var pixels = [Float](repeating: 0, count: SurrogatePatches.size)
    for pixel in 0..<1024 {
      for channel in 0..<3 {
        pixels[channel * 1024 + pixel] = reference.pixels[pixel % reference.pixels.count][channel]
      }
    }
    pixels.withUnsafeMutableBufferPointer { contrast.apply(to: $0) }
    for (pixel, expected) in reference.changed.enumerated() {
      for channel in 0..<3 { #expect(abs(pixels[channel * 1024 + pixel] - expected[channel]) < 1e-3) }
    }
  }

  @Test("factors of one leave colours alone; a factor of zero leaves no deviation along its component")
  func principalComponents() throws {
    let patches = try patches(patternImages(6, side: 48), 4)
    let basis = try ColourBasis(of: patches)
    var same = cut(patches[0])
    same.withUnsafeMutableBufferPointer { basis.scale(by: [1, 1, 1], $0) }
    for (found, expected) in zip(same, cut(patches[0])) { #expect(abs(found - expected) < 1e-3) }
    var flat = cut(patches[0])
    flat.withUnsafeMutableBufferPointer { basis.scale(by: [0, 1, 1], $0) }
    for pixel in 0..<1024 {
      let along = (0..<3).reduce(Float(0)) {
        $0 + basis.components[$1] * (flat[$1 * 1024 + pixel] - basis.mean[$1])
      }
      #expect(abs(along) < 1e-2)
    }
  }

  @Test("bicubic resampling has the weights of a separate implementation", arguments: [0, 1, 2, 3])
  func resampling(_ number: Int) throws {
    let expected = try ExemplarReference.load().resamplings[number]
    let found = BicubicResampling(from: expected.source, to: expected.target)
    for (row, weights) in zip(expected.rows, expected.weights) {
      for (column, weight) in weights.enumerated() {
        #expect(abs(Double(found.matrix[row * expected.source + column]) - weight) < 1e-6)
      }
    }
    for taps in found.taps { #expect(abs(taps.reduce(0) { $0 + $1.weight } - 1) < 1e-5) }
  }

  @Test("an image resampled to its own size, or flat, stays")
  func trivialResampling() throws {
    let image = patternImages(1, side: 20)
    let axis = BicubicResampling(from: 20, to: 20)
    #expect(image.withPixels(of: 0) { resampled($0, channels: 3, columns: axis, rows: axis) } == image.bytes)
    let flat = [UInt8](repeating: 77, count: 400)
    let up = BicubicResampling(from: 20, to: 33)
    #expect(
      flat.withUnsafeBufferPointer { resampled($0, channels: 1, columns: up, rows: up) }
        == [UInt8](repeating: 77, count: 33 * 33))
  }

  @Test("images that are grey, small or few are refused with what is needed")
  func unsuitable() {
    for images in [
      patternImages(4, channels: 1, side: 40), patternImages(4, side: 31), patternImages(3, side: 40),
    ] {
      let error = #expect(throws: ModelError.self) { _ = try patches(images, 4) }
      #expect(error?.description.hasSuffix("it needs 4 colour images of at least 32 x 32") == true)
    }
  }
}
