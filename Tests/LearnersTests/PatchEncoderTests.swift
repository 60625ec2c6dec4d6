import Foundation
import Learners
import LinearAlgebra
import Randomness
import Testing

struct PatchEncoderTests {
  /// The encoder and images of the reference script.
  static func known(
    whitening kind: ZCA.Kind = .zca, _ activation: PatchEncoder.Activation = .triangle
  ) throws -> (reference: KMeansReference.Encoder, images: PixelSource, encoder: PatchEncoder) {
    let known = try KMeansReference.load().encoder
    let images = PixelSource(channels: 3, height: known.edge, width: known.edge, pixels: known.pixels)
    let grid = PatchGrid(size: known.size, images: images)
    let zca = ZCA(kind: .zca, mean: known.mean, matrix: matrix(known.matrix, columns: grid.dimension))
    let encoder = PatchEncoder(
      grid: grid, whitening: kind == .zca ? zca : .none(features: grid.dimension),
      centroids: matrix(known.centroids, columns: grid.dimension), activation: activation)
    return (known, images, encoder)
  }

  @Test func `triangle features are those of a plain NumPy program`() throws {
    let (known, images, encoder) = try Self.known()
    #expect(encoder.featureCount == 4 * 21)
    #expect(distance(encoder.encode(images, 0..<2).elements, known.triangle) < 1e-3)
    let plain = try Self.known(whitening: .none)
    let unwhitened = plain.encoder.encode(images, 0..<2).elements
    #expect(distance(unwhitened, known.triangleWithoutWhitening) < 1e-3)
  }

  @Test func `hard features count the patches of each centroid`() throws {
    let (known, images, encoder) = try Self.known(.hard)
    let features = encoder.encode(images, 0..<2)
    #expect(distance(features.elements, known.hard) == 0)
    // 7 x 7 positions, split at 4.
    let counts = (0..<4).map { quadrant in (0..<21).reduce(0) { $0 + features[1, quadrant * 21 + $1] } }
    #expect(counts == [16, 12, 12, 9])
  }

  @Test func `features are not negative, and threads and ranges change no bit of them`() throws {
    let (_, images, encoder) = try Self.known()
    let both = encoder.encode(images, 0..<2, threads: 2)
    #expect(both.elements.allSatisfy { $0 >= 0 })
    #expect(encoder.encode(images, 0..<2, threads: 1) == both)
    #expect(encoder.encode(images, 1..<2).elements == Array(both[row: 1]))
    #expect(encoder.encode(images, 1..<1).elements == [])
  }

  @Test(arguments: [1, 15, 16, 100, 1700])
  func `any number of centroids agrees with distances one by one`(count: Int) throws {
    var stream = RandomStream(seed: 11)
    let images = PixelSource(
      channels: 1, height: 9, width: 8, pixels: (0..<72).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
    )
    let grid = PatchGrid(size: 3, images: images)
    let centroids = Matrix<Float>(
      rows: count, columns: 9, elements: (0..<(9 * count)).map { _ in Float(stream.normal()) })
    let encoder = PatchEncoder(grid: grid, whitening: .none(features: 9), centroids: centroids)
    var expected = [Double](repeating: 0, count: 4 * count)
    for row in 0..<7 {
      for column in 0..<6 {
        let raw = (0..<9).map { Double(Self.pixel(images, row + $0 / 3, column + $0 % 3)) }
        let mean = raw.reduce(0, +) / 9
        let variance = raw.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 8
        let patch = raw.map { ($0 - mean) / (variance + 10).squareRoot() }
        let z = (0..<count).map { k in
          zip(patch, centroids[row: k]).reduce(0) { $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1)) }
            .squareRoot()
        }
        let average = z.reduce(0, +) / Double(count)
        let quadrant = (row < 4 ? 0 : 2) + (column < 3 ? 0 : 1)
        for k in 0..<count { expected[quadrant * count + k] += max(0, average - z[k]) }
      }
    }
    #expect(distance(encoder.encode(images, 0..<1).elements, expected) < 1e-4)
  }

  private static func pixel(_ images: PixelSource, _ row: Int, _ column: Int) -> UInt8 {
    images.bytes(of: 0)[row * images.width + column]
  }

  @Test func `an encoder survives JSON`() throws {
    let (_, images, encoder) = try Self.known(.hard)
    let copy = try JSONDecoder().decode(PatchEncoder.self, from: JSONEncoder().encode(encoder))
    #expect(copy == encoder)
    #expect(copy.encode(images, 0..<1) == encoder.encode(images, 0..<1))
  }
}

struct PatchSamplerTests {
  /// Image i is filled with a gradient plus i, so every patch tells where it comes from.
  private let images = PixelSource(
    channels: 2, height: 8, width: 7,
    pixels: (0..<3).flatMap { image in (0..<112).map { UInt8($0 + 40 * image) } })

  @Test func `patches are drawn image after image from uniform positions`() throws {
    var stream = RandomStream(seed: 12)
    let sampler = PatchSampler(size: 2, normalisation: ContrastNormalisation(offset: 0))
    let drawn = try sampler.draw(3000, from: images, stream: &stream)
    #expect(drawn.rows == 3000 && drawn.columns == 8)
    // Every patch of these gradients is 0, 1, 7, 8, 56, 57, 63, 64 plus a constant.
    let raw = [0.0, 1, 7, 8, 56, 57, 63, 64]
    let deviation = (raw.reduce(0) { $0 + ($1 - 32) * ($1 - 32) } / 7).squareRoot()
    for row in [0, 1, 2999] {
      #expect(distance(drawn[row: row], raw.map { ($0 - 32) / deviation }) < 1e-5)
    }
    var again = RandomStream(seed: 12)
    #expect(try sampler.draw(3000, from: images, stream: &again, threads: 1) == drawn)
    #expect(again == stream)
  }

  @Test func `a neighbourhood gives the patches around a position beside each other`() throws {
    var stream = RandomStream(seed: 13)
    let noise = PixelSource(
      channels: 1, height: 6, width: 6, pixels: (0..<36).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
    )
    let sampler = PatchSampler(size: 4, neighbourhood: 3)
    #expect(sampler.viewsPerItem == 9)
    let drawn = try sampler.draw(1, from: noise, stream: &stream)
    // 6 - 4 + 1 = 3 positions each way: the one neighbourhood there is has every patch of the image, in order.
    let bytes = noise.bytes(of: 0)
    var expected = Matrix<Float>(rows: 9, columns: 16)
    for view in 0..<9 {
      for index in 0..<16 {
        expected[view, index] = Float(bytes[(view / 3 + index / 4) * 6 + view % 3 + index % 4])
      }
    }
    ContrastNormalisation().apply(to: &expected)
    #expect(drawn == expected)
  }

  @Test func `no images are refused`() {
    var stream = RandomStream(seed: 1)
    let none = PixelSource(channels: 1, height: 6, width: 6, pixels: [])
    #expect(throws: LearnerError.noSamples(learner: "PatchSampler")) {
      try PatchSampler().draw(1, from: none, stream: &stream)
    }
  }

  @Test func `patches and neighbourhoods larger than the image are refused`() {
    var stream = RandomStream(seed: 1)
    let small = PixelSource(channels: 1, height: 6, width: 8, pixels: [UInt8](repeating: 0, count: 48))
    func refusal(_ sampler: PatchSampler) -> String? {
      #expect(throws: LearnerError.self) { try sampler.draw(1, from: small, stream: &stream) }?.description
    }
    #expect(
      refusal(PatchSampler(size: 7))
        == "PatchSampler: patches of 7 x 7 pixels do not fit into images of 6 x 8; ask for smaller ones")
    #expect(
      refusal(PatchSampler(size: 5, neighbourhood: 3))
        == "PatchSampler: patches of 5 x 5 pixels, 3 x 3 overlapping ones together, do not fit into images of 6 x 8; "
        + "ask for smaller ones")
  }
}
