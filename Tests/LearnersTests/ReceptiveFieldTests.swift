import Foundation
import Learners
import LinearAlgebra
import Randomness
import Testing

struct EnergyCorrelationTests {
  @Test func `agrees with whitening every pair in NumPy`() throws {
    let known = try KMeansReference.load().energy
    let similarity = try EnergyCorrelation.matrix(of: matrix(known.rows, columns: known.columns), epsilon: 0)
    #expect(distance(similarity.elements, known.correlation) < 1e-8)
    // Features 0 and 1, 2 and 3, 4 and 5 share a random scale.
    #expect(similarity[0, 1] > similarity[0, 2] && similarity[2, 3] > similarity[3, 4])
  }

  @Test func `constant and copied features give numbers`() throws {
    var (x, _) = clouds(3000, 3, classes: 1, seed: 14)
    for row in 0..<x.rows {
      x[row, 1] = 7.3
      x[row, 2] = x[row, 0]
    }
    let similarity = try EnergyCorrelation.matrix(of: x)
    #expect(similarity[0, 1] == 0 && similarity[1, 2] == 0 && similarity[1, 1] == 1)
    #expect(similarity[0, 2].isFinite && similarity == similarity.transposed())
  }
}

struct ReceptiveFieldTests {
  @Test func `a group is a seed and the maps most similar to it`() {
    // Two blocks of similar maps.
    var similarity = Matrix<Double>(rows: 6, columns: 6)
    for j in 0..<6 {
      for k in 0..<6 { similarity[j, k] = j == k ? 1 : j / 3 == k / 3 ? 0.5 : 0.1 }
    }
    var stream = RandomStream(seed: 15)
    let fields = ReceptiveFields.learned(similarity, groups: 8, size: 3, stream: &stream)
    #expect(fields.groups.count == 8)
    #expect(fields.groups.allSatisfy { $0 == [0, 1, 2] || $0 == [3, 4, 5] })
    // Every map is a seed before one is a seed again.
    #expect(fields.groups[0..<6].count { $0 == [0, 1, 2] } == 3)
  }

  @Test func `random groups have distinct maps and the same seeds`() {
    var stream = RandomStream(seed: 16)
    var same = stream
    let random = ReceptiveFields.random(maps: 50, groups: 10, size: 7, stream: &stream)
    let alone = ReceptiveFields.random(maps: 50, groups: 10, size: 1, stream: &same)
    for (group, seed) in zip(random.groups, alone.groups) {
      #expect(Set(group).count == 7 && group == group.sorted() && group.contains(seed[0]))
      #expect(group.allSatisfy { (0..<50).contains($0) })
    }
  }
}

struct LayeredKMeansTests {
  /// Images with edges in them.
  private static let images: PixelSource = {
    var stream = RandomStream(seed: 17)
    let pixels = (0..<40).flatMap { _ in
      let (a, b) = (3 + 20 * stream.uniform(), 2 * stream.uniform())
      return (0..<768).map { index in
        let (row, column) = (Double(index % 256 / 16), Double(index % 16))
        return UInt8(clamping: Int(128 + 100 * (sin((row + b * column) / a * 6) + 0.2 * stream.normal())))
      }
    }
    return PixelSource(channels: 3, height: 16, width: 16, pixels: pixels)
  }()

  private static func configuration(_ selection: ReceptiveFields.Selection) -> LayeredKMeans.Configuration {
    var configuration = LayeredKMeans.Configuration()
    configuration.patchSize = 4
    configuration.patches = 2000
    configuration.kMeans = KMeans.Configuration(centroids: 18, iterations: 5)
    var layer = LayeredKMeans.Configuration.Layer()
    layer.selection = selection
    layer.groups = 3
    layer.mapsPerGroup = 5
    layer.centroidsPerGroup = 7
    layer.windows = 150
    configuration.layers = [layer, layer]
    return configuration
  }

  @Test(arguments: ReceptiveFields.Selection.allCases)
  func `learns three layers; features are the quadrants of all of them`(
    selection: ReceptiveFields.Selection
  ) throws {
    var stream = RandomStream(seed: 18)
    var (told, shares): ([String], [Double]) = ([], [])
    let model = try LayeredKMeans.fit(Self.images, Self.configuration(selection), stream: &stream) {
      shares.append($0)
      told.append($1)
    }
    #expect(told.first?.hasPrefix("layer 1: iteration 1 of ") == true)
    #expect(
      told.filter { !$0.contains("iteration") } == [
        "layer 1: 18 maps", "layer 2: 0 of 3 groups", "layer 2: 21 maps in 3 groups",
        "layer 3: 0 of 3 groups", "layer 3: 21 maps in 3 groups",
      ])
    #expect(shares == shares.sorted() && shares.last == 1)
    #expect(model.maps == [18, 21, 21] && model.featureCount == 240)
    let features = model.encode(Self.images, 0..<40)
    #expect(features.elements.allSatisfy { $0 >= 0 && $0.isFinite })
    // The first layer's features are those of its encoder alone.
    let alone = model.patches.encode(Self.images, 3..<4)
    #expect(distance(features[row: 3].prefix(72), alone.elements) < 1e-3)
    var again = RandomStream(seed: 18)
    let same = try LayeredKMeans.fit(
      Self.images, Self.configuration(selection), stream: &again, threads: 1)
    #expect(same == model && again == stream)
    #expect(model.encode(Self.images, 0..<40, threads: 1) == features)
    let copy = try JSONDecoder().decode(LayeredKMeans.self, from: JSONEncoder().encode(model))
    #expect(copy == model)
  }

  /// So that Ctrl-C ends a fit of minutes in its first layer and in the others.
  @Test(arguments: ["layer 1: iteration", "layer 2: 0 of"])
  func `whoever watches may end the fit`(place: String) {
    struct Enough: Error {}
    var stream = RandomStream(seed: 18)
    #expect(throws: Enough.self) {
      try LayeredKMeans.fit(Self.images, Self.configuration(.random), stream: &stream) {
        if $1.hasPrefix(place) { throw Enough() }
      }
    }
  }

  @Test func `maps that are the same everywhere give numbers`() throws {
    var configuration = Self.configuration(.random)
    // The only centroid is as far as the mean: its activation is 0 everywhere.
    configuration.kMeans.centroids = 1
    for layer in configuration.layers.indices {
      configuration.layers[layer].mapsPerGroup = 1
      configuration.layers[layer].centroidsPerGroup = 1
    }
    var stream = RandomStream(seed: 21)
    let model = try LayeredKMeans.fit(Self.images, configuration, stream: &stream)
    #expect(model.encode(Self.images, 0..<3).elements.allSatisfy { $0.isFinite })
  }

  @Test func `layers that have no room are refused`() {
    func refusal(_ change: (inout LayeredKMeans.Configuration) -> Void) -> String? {
      var configuration = Self.configuration(.random)
      change(&configuration)
      var stream = RandomStream(seed: 20)
      return #expect(throws: LearnerError.self) {
        try LayeredKMeans.fit(Self.images, configuration, stream: &stream)
      }?.description
    }
    #expect(
      refusal { $0.layers[0].mapsPerGroup = 19 }
        == "LayeredKMeans: receptive fields of 19 maps do not fit into layer 1, which has 18; ask for smaller ones"
    )
    #expect(
      refusal { $0.layers[0].pool = 100 }
        == "LayeredKMeans: windows of 2 x 2, and with them layer 3, do not fit into maps of 1 x 1; ask for smaller ones"
    )
  }

  @Test func `a layer's responses are triangles of normalised, whitened windows`() throws {
    var stream = RandomStream(seed: 19)
    let chosen = [1, 2, 4]
    let input = (0..<(3 * 4 * 5)).map { _ in Float(stream.uniform()) }
    let centroids = Matrix<Float>(
      rows: 6, columns: 12, elements: (0..<72).map { _ in Float(stream.normal()) })
    let (samples, _) = clouds(60, 12, classes: 2, seed: 20)
    let whitening = try ZCA.fit(samples)
    let group = MapEncoder.Group(
      maps: chosen, normalisation: ContrastNormalisation(offset: 0.01), whitening: whitening,
      centroids: centroids)
    let layer = MapEncoder(rows: 3, columns: 4, maps: 5, groups: [group, group])
    let output = layer.encode(input)
    #expect(output.count == 2 * 3 * 12)
    for row in 0..<2 {
      for column in 0..<3 {
        let numbers = [0, 1, 4, 5].flatMap { corner in
          chosen.map { input[((row + corner / 4) * 4 + column + corner % 4) * 5 + $0] }
        }
        var window = Matrix<Float>(rows: 1, columns: 12, elements: numbers)
        group.normalisation.apply(to: &window)
        whitening.apply(to: &window)
        let z = (0..<6).map { k in
          zip(window.elements, centroids[row: k]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            .squareRoot()
        }
        let mean = z.reduce(0, +) / 6
        let expected = z.map { max(0, mean - $0) }
        let start = (row * 3 + column) * 12
        #expect(distance(output[start..<(start + 6)], expected) < 1e-4)
        #expect(distance(output[(start + 6)..<(start + 12)], expected) < 1e-4)
      }
    }
  }
}
