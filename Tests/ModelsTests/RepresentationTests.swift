import Datasets
import LinearAlgebra
import Models
import Testing
import Torch

@Suite("Codes, images and divergences")
struct RepresentationTests {
  private func trained(_ kind: Kind, updates: Int = 3) throws -> any TrainableModel {
    let model = try kind.make()
    try model.update(times: updates)
    return model
  }

  /// The largest difference of two matrices, relative to the largest element.
  private func distance(_ a: Matrix<Float>, _ b: Matrix<Float>) -> Float {
    guard a.rows == b.rows, a.columns == b.columns else { return .infinity }
    var worst: Float = 0
    var scale: Float = 1e-6
    for row in 0..<a.rows {
      for column in 0..<a.columns {
        worst = max(worst, abs(a[row, column] - b[row, column]))
        scale = max(scale, abs(a[row, column]))
      }
    }
    return worst / scale
  }

  // More images than pass through a network at once, so that the batches of `encode` are joined.
  @Test("the code of an image does not depend on the images beside it", arguments: Kind.allCases)
  func batches(_ kind: Kind) throws {
    let model = try trained(kind)
    let indices = (0..<600).map { $0 * 11 % 600 }
    let together = try model.encode(indices)
    #expect((together.rows, together.columns) == (600, kind.latents))
    #expect(model.codeSize == kind.latents)
    for range in [0..<1, 37..<160, 500..<530, 599..<600] {
      let alone = try model.encode(Array(indices[range]))
      let part = Matrix<Float>(
        rows: range.count, columns: kind.latents,
        elements: range.flatMap { row in (0..<kind.latents).map { together[row, $0] } })
      #expect(distance(alone, part) < 1e-5)
    }
    // The codes tell images apart: without that, equality would be empty.
    #expect(Set((0..<50).map { together[$0, 0] }).count > 4)
  }

  @Test("no images, no rows", arguments: Kind.allCases)
  func nothing(_ kind: Kind) throws {
    let model = try kind.make()
    let codes = try model.encode([])
    #expect((codes.rows, codes.columns) == (0, kind.latents))
    #expect(try model.decode(codes)?.rows == 0)
  }

  @Test("decoded pixels lie in 0...1, row by row the image of one code", arguments: Kind.allCases)
  func decoding(_ kind: Kind) throws {
    let model = try trained(kind)
    let codes = Matrix<Float>(
      rows: 3, columns: kind.latents,
      elements: (0..<(3 * kind.latents)).map { Float($0 % 7 - 3) * 0.4 })
    let images = try #require(try model.decode(codes))
    #expect((images.rows, images.columns) == (3, 256))
    for row in 0..<3 { for pixel in 0..<256 { #expect((0...1).contains(images[row, pixel])) } }
    let last = Matrix<Float>(
      rows: 1, columns: kind.latents, elements: (0..<kind.latents).map { codes[2, $0] })
    let alone = try #require(try model.decode(last))
    let part = Matrix<Float>(rows: 1, columns: 256, elements: (0..<256).map { images[2, $0] })
    #expect(distance(alone, part) < 1e-5)
  }

  @Test("divergences are not negative, and a mean over images", arguments: [Kind.vae, .adamVAE, .dcign])
  func divergence(_ kind: Kind) throws {
    let model = try trained(kind)
    let both = try #require(try model.latentKL([4, 9]))
    #expect(both.count == kind.latents)
    #expect(both.allSatisfy { $0 >= 0 } && both.contains { $0 > 0 })
    let single = try [4, 9].map { try #require(try model.latentKL([$0])) }
    for latent in both.indices {
      let mean = (single[0][latent] + single[1][latent]) / 2
      #expect(abs(both[latent] - mean) < 1e-6 * max(1, mean))
    }
  }

  @Test("InfoGAN has no posterior, and so no divergence")
  func noDivergence() throws { #expect(try Kind.infogan.make().latentKL([0]) == nil) }

  @Test("where a traversal moves")
  func traversal() throws {
    #expect(try Kind.vae.make().traversalRange == -3...3)
    #expect(try Kind.dcign.make().traversalRange == -3...3)
    #expect(try Kind.infogan.make().traversalRange == -1...1)
  }

  @Test("rendered dSprites go through every model", arguments: Kind.allCases)
  func sprites(_ kind: Kind) throws {
    let selection = try FactorSelection(
      .dSprites, keeping: ["scale": [5], "orientation": [0, 10], "x": [0, 16, 31], "y": [0, 31]])
    let model = try kind.make(images: DSprites.rendered(selection))
    try model.update(times: 2)
    let codes = try model.encode(Array(0..<selection.grid.count))
    for row in 0..<codes.rows { for column in 0..<codes.columns { #expect(codes[row, column].isFinite) } }
    #expect(try model.decode(codes)?.columns == 4096)
  }
}
