import LinearAlgebra

/// One layer on maps: groups of maps, each with a dictionary of its own over 2 x 2 windows of its maps.
///
/// A window of a group is contrast-normalised, whitened and encoded with the triangle activation over the group's
/// centroids. Maps are laid out [row][column][map]; the layer's maps are those of its groups, one after the other.
public struct MapEncoder: Sendable, Codable, Equatable {
  public struct Group: Sendable, Codable, Equatable {
    /// Indices of the maps it sees.
    public let maps: [Int]
    public let normalisation: ContrastNormalisation
    /// Of windows: [row][column][map of the group].
    public let whitening: ZCA
    /// centroids x numbers of a window.
    public let centroids: Matrix<Float>

    public init(
      maps: [Int], normalisation: ContrastNormalisation, whitening: ZCA, centroids: Matrix<Float>
    ) {
      let dimension = MapEncoder.window * MapEncoder.window * maps.count
      precondition(
        whitening.mean.count == dimension && centroids.columns == dimension && centroids.rows > 0,
        "whitening of \(whitening.mean.count) and centroids of \(centroids.columns) numbers do not fit "
          + "windows of \(dimension)")
      self.maps = maps
      self.normalisation = normalisation
      self.whitening = whitening
      self.centroids = centroids
    }
  }

  /// Edge of a window.
  public static let window = 2

  /// Size of the maps it reads.
  public let rows, columns, maps: Int
  public let groups: [Group]

  public init(rows: Int, columns: Int, maps: Int, groups: [Group]) {
    precondition(
      rows >= Self.window && columns >= Self.window, "maps of \(rows) x \(columns) have no 2 x 2 window")
    precondition(
      !groups.isEmpty && groups.allSatisfy { $0.maps.allSatisfy { (0..<maps).contains($0) } },
      "a group names a map beyond \(maps)")
    self.rows = rows
    self.columns = columns
    self.maps = maps
    self.groups = groups
  }

  /// Maps of this layer: the centroids of all groups.
  public var outputMaps: Int { groups.reduce(0) { $0 + $1.centroids.rows } }
  /// Positions of a window.
  public var outputRows: Int { rows - Self.window + 1 }
  public var outputColumns: Int { columns - Self.window + 1 }

  /// Encodes one image's maps, [row][column][map], without pooling: [row][column][map] of this layer.
  public func encode(_ input: [Float]) -> [Float] {
    precondition(input.count == rows * columns * maps, "\(input.count) numbers are not \(maps) maps")
    let all = PoolingCells(rowEnds: Array(1...outputRows), columnEnds: Array(1...outputColumns))
    let prepared = Prepared(self)
    return [Float](unsafeUninitializedCapacity: all.cells * outputMaps) { output, count in
      count = all.cells * outputMaps
      let output = UnsafeMutableBufferPointer(rebasing: output[0..<count])
      input.withUnsafeBufferPointer { prepared.encode($0, pooling: all, into: output) }
    }
  }

  /// A layer with its matrices in the layout of the inner loops.
  struct Prepared: Sendable {
    private let layer: MapEncoder
    private let kernels: [EncodingKernel]

    init(_ layer: MapEncoder) {
      self.layer = layer
      kernels = layer.groups.map {
        EncodingKernel(whitening: $0.whitening, centroids: $0.centroids, activation: .triangle)
      }
    }

    /// [cell][map], summed over the window positions of each cell, from [row][column][map].
    func encode(
      _ input: UnsafeBufferPointer<Float>, pooling: PoolingCells,
      into pooled: UnsafeMutableBufferPointer<Float>
    ) {
      let total = layer.outputMaps
      var firstMap = 0
      for (group, kernel) in zip(layer.groups, kernels) {
        let count = group.centroids.rows
        let dimension = group.centroids.columns
        withUnsafeTemporaryAllocation(of: Float.self, capacity: pooling.cells * count) { own in
          kernel.encode(pooling, into: own) { positions, windows in
            for (row, position) in positions.enumerated() {
              layer.copyWindow(
                position / layer.outputColumns, position % layer.outputColumns, of: input, maps: group.maps,
                into: UnsafeMutableBufferPointer(
                  rebasing: windows[(row * dimension)..<((row + 1) * dimension)]))
            }
            group.normalisation.apply(to: windows, columns: dimension)
          }
          for cell in 0..<pooling.cells {
            for k in 0..<count { pooled[cell * total + firstMap + k] = own[cell * count + k] }
          }
        }
        firstMap += count
      }
    }
  }

  /// Copies a group's part of the window whose upper left position is (row, column).
  private func copyWindow(
    _ row: Int, _ column: Int, of input: UnsafeBufferPointer<Float>, maps chosen: [Int],
    into window: UnsafeMutableBufferPointer<Float>
  ) {
    var target = 0
    for down in 0..<Self.window {
      for across in 0..<Self.window {
        let start = ((row + down) * columns + column + across) * maps
        for map in chosen {
          window[target] = input[start + map]
          target += 1
        }
      }
    }
  }
}
