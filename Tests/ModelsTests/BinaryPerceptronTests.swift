import Datasets
import LinearAlgebra
import Models
import Randomness
import Testing

struct BinaryPerceptronTests {
  typealias Layers = [(weights: Matrix<Float>, bias: [Float])]

  /// Squares, ellipses and hearts in two sizes at six places: 3 x 2 x 1 x 2 x 3 images.
  private static func sprites() throws -> DSprites {
    try DSprites.rendered(
      FactorSelection(
        .dSprites, keeping: ["scale": [0, 5], "orientation": [7], "x": [0, 17], "y": [0, 9, 31]]))
  }

  /// Images with these rows, 64 to each.
  private static func images(_ rows: [[UInt64]]) -> DSprites {
    DSprites(
      packed: rows.flatMap { $0 }, grid: FactorGrid(names: ["image"], sizes: [rows.count]),
      provenance: .other("patterns of a test"))
  }

  /// Layers of these widths, weights uniform in [-0.5, 0.5).
  private static func layers(_ widths: [Int], seed: UInt64 = 3) -> Layers {
    var stream = RandomStream(seed: seed)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(stream.uniform() - 0.5) } }
    return zip([4096] + widths, widths).map { inputs, outputs in
      (Matrix(rows: outputs, columns: inputs, elements: numbers(outputs * inputs)), numbers(outputs))
    }
  }

  /// The plain products in double precision.
  private static func exactCodes(_ layers: Layers, _ pixels: [Float]) -> [Double] {
    var values = pixels.map(Double.init)
    for (number, layer) in layers.enumerated() {
      values = (0..<layer.weights.rows).map { unit in
        zip(layer.weights[row: unit], values).reduce(Double(layer.bias[unit])) { $0 + Double($1.0) * $1.1 }
      }
      if number < layers.count - 1 { values = values.map { max(0, $0) } }
    }
    return values
  }

  private static func pixels(_ images: DSprites, _ index: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: 4096) { buffer, count in
      images.fill([index], into: UnsafeMutableBufferPointer(rebasing: buffer[0..<4096]))
      count = 4096
    }
  }

  /// The codes of a table are made this way: they must be those of the trained network.
  @Test func `a beta-VAE's perceptron gives its posterior means`() throws {
    let images = try Self.sprites()
    let model = try BetaVAE(
      configuration: .init(hidden: 48, latents: 5, batch: 8, initialisation: .fanIn), images: images, seed: 4)
    for _ in 0..<3 { _ = try model.update() }
    let indices = Array(0..<images.grid.count)
    let expected = try model.encode(indices)
    let codes = try #require(try model.perceptron()).encode(images, indices, threads: 1)
    #expect((codes.rows, codes.columns) == (expected.rows, expected.columns))
    let scale = expected.elements.map(abs).max() ?? 0
    #expect(scale > 0)
    for (code, mean) in zip(codes.elements, expected.elements) { #expect(abs(code - mean) < 1e-5 * scale) }
  }

  @Test func `images of another size have no perceptron`() throws {
    #expect(try (Kind.vae.make() as? BetaVAE)?.perceptron() == nil)
  }

  @Test func `three layers equal the plain products`() throws {
    let images = try Self.sprites()
    let layers = Self.layers([70, 33, 5])
    let codes = BinaryPerceptron(layers: layers)
      .encode(images, Array(0..<images.grid.count), threads: 1)
    #expect(codes.rows == 36 && codes.columns == 5)
    for index in 0..<codes.rows {
      let exact = Self.exactCodes(layers, Self.pixels(images, index))
      let size = exact.reduce(1) { max($0, abs($1)) }
      for (code, value) in zip(codes[row: index], exact) { #expect(abs(Double(code) - value) < 2e-6 * size) }
    }
  }

  @Test func `one layer is as near to the exact sums as documented`() throws {
    let images = try Self.sprites()
    let layers = Self.layers([40])
    let codes = BinaryPerceptron(layers: layers)
      .encode(images, Array(0..<images.grid.count), threads: 1)
    let roundoff = 0x1p-24
    for index in 0..<codes.rows {
      let pixels = Self.pixels(images, index)
      let runs = (0..<4096).count { pixels[$0] == 1 && ($0 % 64 == 0 || pixels[$0 - 1] == 0) }
      let exact = Self.exactCodes(layers, pixels)
      for unit in 0..<40 {
        var largest = 0.0
        for row in 0..<64 {
          var sum = 0.0
          for column in 0..<64 {
            sum += Double(layers[0].weights[unit, row * 64 + column])
            largest = max(largest, abs(sum))
          }
        }
        let bias = abs(Double(layers[0].bias[unit]))
        let bound = Double(runs + 2) * roundoff * (bias + 2 * Double(runs) * largest)
        #expect(abs(Double(codes[index, unit]) - exact[unit]) <= bound)
      }
    }
  }

  @Test func `empty and full rows and runs at every edge`() {
    let full = UInt64.max
    let rows: [[UInt64]] = [
      Array(repeating: 0, count: 64),
      Array(repeating: full, count: 64),
      Array(repeating: 0x5555_5555_5555_5555, count: 64),
      Array(repeating: 0xAAAA_AAAA_AAAA_AAAA, count: 64),
      (0..<64).map { $0 == 63 ? 1 << 63 : 0 },
      (0..<64).map { $0 % 3 == 0 ? 0xF000_0000_0FF0_0001 : 0 },
      (0..<64).map { $0 == 0 ? full << 1 : $0 == 1 ? full >> 1 : 0 },
    ]
    let images = Self.images(rows)
    let layers = Self.layers([33])
    let codes = BinaryPerceptron(layers: layers).encode(images, Array(rows.indices), threads: 1)
    #expect(Array(codes[row: 0]) == layers[0].bias)
    for index in rows.indices {
      for (code, value) in zip(codes[row: index], Self.exactCodes(layers, Self.pixels(images, index))) {
        #expect(abs(Double(code) - value) < 1e-3, "image \(index)")
      }
    }
  }

  @Test func `an empty image has the code of the biases`() {
    let layers = Self.layers([20, 9, 3])
    let codes = BinaryPerceptron(layers: layers)
      .encode(Self.images([Array(repeating: 0, count: 64)]), [0, 0], threads: 2)
    let exact = Self.exactCodes(layers, Array(repeating: 0, count: 4096))
    for (code, value) in zip(codes.elements, exact + exact) { #expect(abs(Double(code) - value) < 2e-6) }
  }

  /// More than two blocks of them, the last one with an odd number.
  private static func drawn(_ images: DSprites, _ stream: inout RandomStream) -> [Int] {
    (0..<1333).map { _ in stream.index(below: images.grid.count) }
  }

  @Test func `the number of threads changes no bit`() throws {
    let images = try Self.sprites()
    let perceptron = BinaryPerceptron(layers: Self.layers([100, 65, 7]))
    var stream = RandomStream(seed: 8)
    let indices = Self.drawn(images, &stream)
    let codes = perceptron.encode(images, indices, threads: 1)
    for threads in [2, 5] {
      let others = perceptron.encode(images, indices, threads: threads)
      #expect(zip(codes.elements, others.elements).allSatisfy { $0.bitPattern == $1.bitPattern })
    }
  }

  @Test func `the first layer of an image does not depend on the others`() throws {
    let images = try Self.sprites()
    let perceptron = BinaryPerceptron(layers: Self.layers([40]))
    var stream = RandomStream(seed: 9)
    let indices = Self.drawn(images, &stream)
    let alone = (0..<images.grid.count).map { perceptron.encode(images, [$0], threads: 1).elements }
    let codes = perceptron.encode(images, indices, threads: 2)
    #expect(indices.indices.allSatisfy { Array(codes[row: $0]) == alone[indices[$0]] })
  }

  @Test func `codes follow the order of the indices`() throws {
    let images = try Self.sprites()
    let perceptron = BinaryPerceptron(layers: Self.layers([100, 65, 7]))
    var stream = RandomStream(seed: 10)
    let indices = Self.drawn(images, &stream)
    let order = stream.permutation(indices.count)
    let codes = perceptron.encode(images, indices, threads: 1).selecting(rows: order)
    let permuted = perceptron.encode(images, order.map { indices[$0] }, threads: 1)
    let largest = codes.elements.reduce(0) { max($0, abs($1)) }
    // Single-precision sums of 100 and of 65 terms in another order.
    #expect(zip(codes.elements, permuted.elements).allSatisfy { abs($0 - $1) <= 2e-6 * largest })
  }

  @Test func `no images have no codes`() throws {
    let codes = BinaryPerceptron(layers: Self.layers([4]))
      .encode(try Self.sprites(), [], threads: 2)
    #expect(codes.rows == 0 && codes.columns == 4)
  }

  @Test func `products on the calling thread leave the number of threads as it was`() {
    let before = BLAS.threads
    let product = BLAS.onCallingThread {
      Matrix<Float>(rows: 200, columns: 300, repeating: 1).times(
        Matrix(rows: 300, columns: 200, repeating: 2))
    }
    #expect(product.elements.allSatisfy { $0 == 600 })
    #expect(BLAS.threads == before)
  }
}
