import Datasets
import Randomness

/// A place in an image whose transformed copies make one surrogate class.
struct SeedPatch: Sendable {
  /// The side of a patch.
  static let side = 32

  /// The whole image at the patch's scale, so that transformations find real pixels around it.
  let image: ImageStack
  /// The patch's first pixel.
  let x, y: Int
}

extension SeedPatch {
  /// Scales at which patches are looked for, relative to the image.
  private static let scales = [0.512, 0.64, 0.8, 1]
  /// Images with a shorter side than this are enlarged to it, for a patch must have a choice of places.
  private static let smallestSide = 40

  /// One patch from each of `count` different images.
  ///
  /// A patch's scale is drawn evenly from those at which its image still holds a patch, its place with a probability
  /// proportional to the energy of the patch's fine structure: flat areas make no class. A margin along the edges,
  /// a quarter of the free room and at most 8 pixels, is left out.
  static func draw(_ count: Int, from images: any ByteImages, stream: RandomStream) throws -> [SeedPatch] {
    guard images.channels == 3, min(images.height, images.width) >= side, images.count >= count else {
      throw ModelError.images(
        model: "Exemplar CNN",
        found:
          "\(images.count) images of \(images.width) x \(images.height) pixels and \(images.channels) channels",
        needed: "\(count) colour images of at least \(side) x \(side)")
    }
    var stream = stream
    let chosen = stream.permutation(images.count).prefix(count)
    return chosen.map { draw(from: images, index: $0, stream: &stream) }
  }

  private static func draw(
    from images: any ByteImages, index: Int, stream: inout RandomStream
  ) -> SeedPatch {
    let enlargement = max(1, Double(smallestSide) / Double(min(images.height, images.width)))
    func size(_ pixels: Int, _ scale: Double) -> Int { Int((Double(pixels) * enlargement * scale).rounded()) }
    let fitting = scales.filter { min(size(images.height, $0), size(images.width, $0)) >= side }
    let scale = fitting[stream.index(below: fitting.count)]
    let columns = BicubicResampling(from: images.width, to: size(images.width, scale))
    let rows = BicubicResampling(from: images.height, to: size(images.height, scale))
    let image = images.withPixels(of: index) { pixels in
      ImageStack(
        channels: 3, height: rows.target, width: columns.target,
        bytes: enlargement * scale == 1
          ? Array(pixels) : resampled(pixels, channels: 3, columns: columns, rows: rows))
    }
    let place = place(in: image, drawn: stream.uniform())
    return SeedPatch(image: image, x: place.x, y: place.y)
  }

  /// The place at which the cumulated energy of all places reaches `drawn` of the whole.
  private static func place(in image: ImageStack, drawn: Double) -> (x: Int, y: Int) {
    func range(_ size: Int) -> Range<Int> {
      let margin = min(8, (size - side) / 4)
      return margin..<(size - side - margin + 1)
    }
    let (across, down) = (range(image.width), range(image.height))
    let sums = fineStructure(of: image)
    let width = image.width + 1
    let energies = down.flatMap { y in
      across.map { x in
        sums[(y + side) * width + x + side] - sums[y * width + x + side] - sums[(y + side) * width + x]
          + sums[y * width + x]
      }
    }
    let total = energies.reduce(0, +)
    var rest = total > 0 ? drawn * total : drawn * Double(energies.count)
    let position =
      energies.firstIndex { energy in
        rest -= total > 0 ? energy : 1
        return rest < 0
      } ?? energies.count - 1
    return (across.lowerBound + position % across.count, down.lowerBound + position / across.count)
  }

  /// Sums over all rectangles from the first pixel (an integral image, one row and column larger) of the squared
  /// difference between an image and its binomial low-pass of 5 x 5 pixels, over all channels.
  private static func fineStructure(of image: ImageStack) -> [Double] {
    let (height, width) = (image.height, image.width)
    var energy = [Double](repeating: 0, count: height * width)
    let weights: [Float] = [1, 4, 6, 4, 1].map { $0 / 16 }
    image.withPixels(of: 0) { pixels in
      var across = [Float](repeating: 0, count: height * width)
      for channel in 0..<image.channels {
        let plane = channel * height * width
        for y in 0..<height {
          for x in 0..<width {
            var sum: Float = 0
            for tap in -2...2 {
              sum += weights[tap + 2] * Float(pixels[plane + y * width + min(max(x + tap, 0), width - 1)])
            }
            across[y * width + x] = sum
          }
        }
        for y in 0..<height {
          for x in 0..<width {
            var sum: Float = 0
            for tap in -2...2 {
              sum += weights[tap + 2] * across[min(max(y + tap, 0), height - 1) * width + x]
            }
            let difference = Double(Float(pixels[plane + y * width + x]) - sum)
            energy[y * width + x] += difference * difference
          }
        }
      }
    }
    var sums = [Double](repeating: 0, count: (height + 1) * (width + 1))
    for y in 0..<height {
      var row = 0.0
      for x in 0..<width {
        row += energy[y * width + x]
        sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row
      }
    }
    return sums
  }
}
