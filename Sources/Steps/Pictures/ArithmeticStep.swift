import Datasets
import Files
import Images
import LinearAlgebra
import Models
import Pipeline
import Randomness

/// Arithmetic with the inputs of a GAN (Radford et al. 2016, Fig. 7): the mean input of three samples with one combination of
/// two properties, less that of a second, plus that of a third, should give the fourth.
///
/// The paper's authors picked samples by hand. Here a sample's class is that of most of the labelled training images that are
/// nearest in pixels, and its other property is whether it is brighter than most samples, so that nobody chooses.
struct ArithmeticStep: StepKind {
  let name = "arithmetic"
  let version = 1
  let kinds: Kinds

  private struct Parameters: Decodable {
    /// Samples from which those of a concept are taken, in their order.
    let samples: Int
    let neighbours: Int
  }

  /// Samples whose inputs are averaged; single ones are unstable.
  private static let perConcept = 3
  /// Half the width of the noise around the result.
  private static let noise: Float = 0.25

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let gan = try kinds.generator(context)
    let latents = try gan.latents(parameters.samples, seed: context.seed)
    let samples = try gan.images(of: latents)
    let found = try Concepts(
      samples, images: context.collection("images"), neighbours: parameters.neighbours, per: Self.perConcept
    ) {
      if context.shouldStop { throw Interrupted() }
      context.progress($0, "classes of \(samples.count) samples")
    }
    guard let concepts = found else {
      // A generator that makes one kind of image is no reason to lose a row: the picture says so.
      var grid = TileGrid(rows: [(0..<8).map { TileGrid.Tile(samples.raster($0)) }])
      grid.rowCaptions = ["too few kinds of samples for arithmetic"]
      grid.enlargement = 2
      return try DurableFile.write(try grid.composed().png(), to: "\(context.output)/arithmetic.png")
    }
    let means = concepts.terms.map { term in mean(of: term.members, latents) }
    let result = (0..<latents.columns).map { means[0][$0] - means[1][$0] + means[2][$0] }
    let images = try gan.images(of: around(means, result, seed: context.seed))
    try DurableFile.write(
      try picture(concepts, samples, images, gan.configuration.side).png(),
      to: "\(context.output)/arithmetic.png")
  }

  private func mean(of members: [Int], _ latents: Matrix<Float>) -> [Float] {
    (0..<latents.columns).map { column in
      members.reduce(0) { $0 + latents[$1, column] } / Float(members.count)
    }
  }

  /// The three means, the result, and the result with noise, eight times.
  private func around(_ means: [[Float]], _ result: [Float], seed: UInt64) -> Matrix<Float> {
    var stream = RandomStream(seed: seed, stream: 1)
    let noisy = (0..<8).map { _ in
      result.map { $0 + Self.noise * (2 * Float(stream.uniform()) - 1) }
    }
    let rows = means + [result] + noisy
    return Matrix(rows: rows.count, columns: result.count, elements: rows.flatMap { $0 })
  }

  private func picture(
    _ concepts: Concepts, _ samples: ImageStack, _ images: ImageStack, _ side: Int
  ) throws -> Raster {
    let sources = concepts.terms.enumerated().map { place, term in
      term.members.map { TileGrid.Tile(samples.raster($0)) }
        + [TileGrid.Tile(images.raster(place), border: .black)]
    }
    let pixels = TileGrid.Tile(concepts.pixelArithmetic(samples))
    // The result in the middle of its neighbourhood.
    let order = [4, 5, 6, 7, 3, 8, 9, 10, 11]
    let square = (0..<3).map { row in
      order[(3 * row)..<(3 * row + 3)].map { place in
        TileGrid.Tile(images.raster(place), border: place == 3 ? .black : nil)
      }
    }
    var grid = TileGrid(rows: sources + square + [[pixels]])
    grid.columnCaptions = ["", "", "", "mean"]
    grid.rowCaptions =
      zip(["", "- ", "+ "], concepts.terms).map { $0 + $1.name } + [
        "", "= " + concepts.answer, "", "in pixels",
      ]
    grid.enlargement = 2
    return try grid.composed()
  }
}

/// Samples by class and brightness: four combinations of two classes, of which three are given and one is asked for.
private struct Concepts {
  struct Term {
    let name: String
    let members: [Int]
  }
  /// A, B and C of A - B + C.
  let terms: [Term]
  /// What should come of it.
  let answer: String

  /// Nil where fewer than two classes have enough samples of either brightness.
  init?(
    _ samples: ImageStack, images: ImageCollection, neighbours: Int, per count: Int,
    progress: (Double) throws -> Void
  ) throws {
    guard !images.labels.isEmpty else {
      throw StepsError(.failed, "arithmetic needs training images with labels, to tell what a sample shows")
    }
    let nearest = try NearestImages(to: samples, count: neighbours, among: images, progress: progress)
    let classes = nearest.indices.map { found -> Int in
      var votes = [Int](repeating: 0, count: images.classes.count)
      for index in found { votes[images.labels[index]] += 1 }
      return votes.indices.max { (votes[$0], -$0) < (votes[$1], -$1) } ?? 0
    }
    let brightness = (0..<samples.count).map { samples.withPixels(of: $0) { $0.reduce(0) { $0 + Int($1) } } }
    let middle = brightness.sorted()[brightness.count / 2]
    func members(_ label: Int, bright: Bool) -> [Int] {
      Array(
        (0..<samples.count).filter { classes[$0] == label && (brightness[$0] >= middle) == bright }.prefix(
          count))
    }
    // The two classes that samples of either brightness are found of most often.
    let counts = images.classes.indices.map { label in
      (0..<samples.count).count { classes[$0] == label }
    }
    let usable = images.classes.indices
      .filter { members($0, bright: true).count == count && members($0, bright: false).count == count }
      .sorted { (counts[$0], $1) > (counts[$1], $0) }
    guard usable.count > 1 else { return nil }
    let (first, second) = (images.classes[usable[0]], images.classes[usable[1]])
    terms = [
      Term(name: "bright \(first)", members: members(usable[0], bright: true)),
      Term(name: "dark \(first)", members: members(usable[0], bright: false)),
      Term(name: "dark \(second)", members: members(usable[1], bright: false)),
    ]
    answer = "bright \(second)"
  }

  /// The same arithmetic with pixels, for comparison.
  func pixelArithmetic(_ samples: ImageStack) -> Raster {
    let means = terms.map { term -> [Float] in
      var sum = [Float](repeating: 0, count: samples.pixelCount)
      for member in term.members {
        samples.withPixels(of: member) { for position in $0.indices { sum[position] += Float($0[position]) } }
      }
      return sum.map { $0 / Float(term.members.count) }
    }
    let pixels = (0..<samples.pixelCount).map { position in
      UInt8(min(255, max(0, (means[0][position] - means[1][position] + means[2][position]).rounded())))
    }
    return Raster(planes: pixels, side: samples.width, channels: samples.channels)
  }
}
