import LinearAlgebra

/// K-means features in several layers with learned receptive fields (Coates and Ng 2011, "Selecting receptive fields in
/// deep networks").
///
/// The first layer is a ``PatchEncoder``; each further one a ``MapEncoder`` on the pooled maps of the layer below. The
/// features of an image are the quadrant sums of all layers, one layer after the other, [quadrant][map] in each.
///
/// A reconstruction: the paper's abstract and its similarity are known to us, sizes and pooling come from memory, and
/// the scale of the contrast normalisation of maps is our own choice.
public struct LayeredKMeans: Sendable, Codable, Equatable {
  public let patches: PatchEncoder
  /// Edge of the squares over which the first layer's maps are averaged for the second.
  public let patchPool: Int
  public let layers: [MapEncoder]
  /// The same for each of `layers`; that of the last one has no effect on the features.
  public let pools: [Int]

  public init(patches: PatchEncoder, patchPool: Int, layers: [MapEncoder], pools: [Int]) {
    precondition(layers.count == pools.count, "every layer needs a pooling size")
    self.patches = patches
    self.patchPool = patchPool
    self.layers = layers
    self.pools = pools
    for (layer, below) in zip(layers, poolings) {
      precondition(
        layer.rows == below.rows && layer.columns == below.columns,
        "a layer for maps of \(layer.rows) x \(layer.columns) gets \(below.rows) x \(below.columns)")
    }
  }

  /// Maps of each layer.
  public var maps: [Int] { [patches.centroids.rows] + layers.map(\.outputMaps) }

  /// Features of one image.
  public var featureCount: Int { 4 * maps.reduce(0, +) }

  var poolings: [LayerPooling] {
    let grid = patches.grid
    return [LayerPooling(rows: grid.rows, columns: grid.columns, pool: patchPool)]
      + zip(layers, pools).map { LayerPooling(rows: $0.outputRows, columns: $0.outputColumns, pool: $1) }
  }

  /// Encodes `range` of the images: one row of ``featureCount`` features each, one after the other.
  ///
  /// - Parameters:
  ///   - features: range.count x featureCount, every element written.
  ///   - threads: all cores when nil; their number changes no bit of the result.
  public func encode(
    _ images: PixelSource, _ range: Range<Int>, into features: UnsafeMutableBufferPointer<Float>,
    threads: Int? = nil
  ) {
    let size = featureCount
    precondition(
      features.count == range.count * size,
      "\(features.count) elements for \(range.count) x \(size) features")
    precondition(
      range.lowerBound >= 0 && range.upperBound <= images.count, "images \(range) of \(images.count)")
    let prepared = Prepared(self)
    // Each piece writes the features of one image.
    nonisolated(unsafe) let features = features
    Workers(threads).forEach(range.count) { piece in
      prepared.encode(
        images, range.lowerBound + piece,
        features: UnsafeMutableBufferPointer(rebasing: features[(piece * size)..<((piece + 1) * size)]))
    }
  }

  /// The same as a matrix: range.count x ``featureCount``.
  public func encode(_ images: PixelSource, _ range: Range<Int>, threads: Int? = nil) -> Matrix<Float> {
    Matrix(rows: range.count, columns: featureCount) { encode(images, range, into: $0, threads: threads) }
  }

  /// All layers with their matrices in the layout of the inner loops.
  struct Prepared: Sendable {
    private let patches: PatchEncoder.Prepared
    private let layers: [MapEncoder.Prepared]
    private let poolings: [LayerPooling]
    private let maps: [Int]

    init(_ model: LayeredKMeans) {
      patches = PatchEncoder.Prepared(model.patches)
      layers = model.layers.map { MapEncoder.Prepared($0) }
      poolings = model.poolings
      maps = model.maps
    }

    /// Numbers of the last layer's pooled maps.
    var topSize: Int { poolings.last!.rows * poolings.last!.columns * maps.last! }

    /// Writes the quadrant sums of all layers.
    func encode(_ images: PixelSource, _ index: Int, features: UnsafeMutableBufferPointer<Float>) {
      forEachLayer(images, index) { layer, pieces in
        let start = 4 * maps[0..<layer].reduce(0, +)
        poolings[layer].sumQuadrants(
          pieces, maps: maps[layer],
          into: UnsafeMutableBufferPointer(rebasing: features[start..<(start + 4 * maps[layer])]))
      }
    }

    /// Writes the last layer's pooled maps, [row][column][map].
    func encode(_ images: PixelSource, _ index: Int, top: UnsafeMutableBufferPointer<Float>) {
      forEachLayer(images, index) { layer, pieces in
        if layer == maps.count - 1 {
          poolings[layer].averageSquares(pieces, maps: maps[layer], into: top)
        }
      }
    }

    /// Calls `body` with each layer's responses, [cell][map].
    private func forEachLayer(
      _ images: PixelSource, _ index: Int, _ body: (Int, UnsafeBufferPointer<Float>) -> Void
    ) {
      var input: [Float] = []
      for layer in maps.indices {
        let pooling = poolings[layer]
        withUnsafeTemporaryAllocation(of: Float.self, capacity: pooling.cells.cells * maps[layer]) { pieces in
          if layer == 0 {
            patches.encode(images, index, pooling: pooling.cells, into: pieces)
          } else {
            input.withUnsafeBufferPointer {
              layers[layer - 1].encode($0, pooling: pooling.cells, into: pieces)
            }
          }
          body(layer, UnsafeBufferPointer(pieces))
          guard layer + 1 < maps.count else { return }
          let size = pooling.rows * pooling.columns * maps[layer]
          input = [Float](unsafeUninitializedCapacity: size) { squares, count in
            pooling.averageSquares(
              UnsafeBufferPointer(pieces), maps: maps[layer],
              into: UnsafeMutableBufferPointer(rebasing: squares[0..<size]))
            count = size
          }
        }
      }
    }
  }
}
