import LinearAlgebra
import Randomness
import Synchronization

extension LayeredKMeans {
  /// Learns all layers, from the images upwards.
  ///
  /// - Parameters:
  ///   - stream: draws patches, windows, seeds of receptive fields and initial centroids.
  ///   - threads: all cores when nil; their number changes no bit of the result.
  ///   - progress: is told which part of the whole is done, 0...1, and in words what; an error that it throws ends the fit.
  /// - Throws: ``LearnerError``, `LinearAlgebraError`, and whatever `progress` throws.
  public static func fit(
    _ images: PixelSource, _ configuration: Configuration, stream: inout RandomStream, threads: Int? = nil,
    progress: (Double, String) throws -> Void = { _, _ in }
  ) throws -> LayeredKMeans {
    /// A part of a layer, of the layer alone.
    func report(_ layer: Int, _ part: Double, _ what: String) throws {
      try progress(
        (Double(layer) + part) / Double(configuration.layers.count + 1), "layer \(layer + 1): \(what)")
    }
    let patches = try fitPatches(images, configuration, stream: &stream, threads: threads) {
      try report(0, $0, $1)
    }
    var model = LayeredKMeans(
      patches: patches, patchPool: configuration.patchPool, layers: [], pools: [])
    try report(0, 1, "\(model.maps[0]) maps")
    for (index, layer) in configuration.layers.enumerated() {
      let encoder = try model.fitNext(images, layer, configuration, stream: &stream, threads: threads) {
        try report(index + 1, $0, $1)
      }
      model = LayeredKMeans(
        patches: model.patches, patchPool: model.patchPool, layers: model.layers + [encoder],
        pools: model.pools + [layer.pool])
      try report(index + 1, 1, "\(encoder.outputMaps) maps in \(encoder.groups.count) groups")
    }
    return model
  }

  private static func fitPatches(
    _ images: PixelSource, _ configuration: Configuration, stream: inout RandomStream, threads: Int?,
    progress: (Double, String) throws -> Void
  ) throws -> PatchEncoder {
    let sampler = PatchSampler(
      size: configuration.patchSize, normalisation: configuration.normalisation)
    var samples = try sampler.draw(configuration.patches, from: images, stream: &stream, threads: threads)
    let whitening = try ZCA.fit(samples, epsilon: configuration.epsilon, kind: configuration.whitening)
    whitening.apply(to: &samples, threads: threads)
    let iterations = configuration.kMeans.iterations
    let fitted = try KMeans.fit(samples, configuration.kMeans, stream: &stream, threads: threads) {
      done, _ in
      try progress(Double(done) / Double(iterations), "iteration \(done) of \(iterations)")
    }
    return PatchEncoder(
      grid: PatchGrid(size: configuration.patchSize, images: images),
      normalisation: configuration.normalisation, whitening: whitening, centroids: fitted.centroids)
  }

  /// A layer on the maps of the present last one.
  private func fitNext(
    _ images: PixelSource, _ layer: Configuration.Layer, _ configuration: Configuration,
    stream: inout RandomStream, threads: Int?, progress: (Double, String) throws -> Void
  ) throws -> MapEncoder {
    let (below, mapCount) = (poolings.last!, maps.last!)
    guard below.rows >= MapEncoder.window, below.columns >= MapEncoder.window else {
      throw LearnerError.doesNotFit(
        learner: "LayeredKMeans",
        what:
          "windows of \(MapEncoder.window) x \(MapEncoder.window), and with them layer \(maps.count + 1),",
        into: "maps of \(below.rows) x \(below.columns)")
    }
    guard layer.mapsPerGroup <= mapCount else {
      throw LearnerError.doesNotFit(
        learner: "LayeredKMeans", what: "receptive fields of \(layer.mapsPerGroup) maps",
        into: "layer \(maps.count), which has \(mapCount)")
    }
    let windows = try sampleWindows(images, layer, stream: &stream, threads: threads)
    let fields: ReceptiveFields
    switch layer.selection {
    case .energyCorrelation:
      // One position of each window: neighbouring ones would say the same again.
      let similarity = try EnergyCorrelation.matrix(
        of: windows.selecting(rows: stride(from: 0, to: windows.rows, by: 4).map { $0 }))
      fields = .learned(similarity, groups: layer.groups, size: layer.mapsPerGroup, stream: &stream)
    case .random:
      fields = .random(maps: mapCount, groups: layer.groups, size: layer.mapsPerGroup, stream: &stream)
    }
    // Groups are learned beside each other, each on one thread and from a stream of its own: many middle-sized
    // factorisations share the cores better than each of them could.
    let streams = fields.groups.indices.map { RandomStream(seed: stream.next(), stream: UInt64($0)) }
    let count = fields.groups.count
    let groups = Mutex([MapEncoder.Group?](repeating: nil, count: count))
    let workers = Workers(threads)
    // As many at a time as keep all threads busy, and whoever watches informed.
    let atOnce = 4 * workers.threads
    for first in stride(from: 0, to: count, by: atOnce) {
      try progress(Double(first) / Double(count), "\(first) of \(count) groups")
      try workers.forEach(min(atOnce, count - first)) { offset in
        let index = first + offset
        let group = try BLAS.onCallingThread {
          try layer.fitGroup(of: fields.groups[index], windows, configuration, stream: streams[index])
        }
        groups.withLock { $0[index] = group }
      }
    }
    return MapEncoder(
      rows: below.rows, columns: below.columns, maps: mapCount,
      groups: groups.withLock { $0.compactMap { $0 } })
  }

  /// Windows at uniform positions of the pooled maps of images drawn without replacement; four consecutive rows of maps
  /// are the four positions of one window.
  private func sampleWindows(
    _ images: PixelSource, _ layer: Configuration.Layer, stream: inout RandomStream, threads: Int?
  ) throws -> Matrix<Float> {
    guard images.count > 0 else { throw LearnerError.noSamples(learner: "LayeredKMeans") }
    let (below, mapCount) = (poolings.last!, maps.last!)
    let perImage = layer.windowsPerImage
    let chosen = stream.sample(
      min(images.count, (layer.windows + perImage - 1) / perImage), of: images.count)
    let positions = (0..<(chosen.count * perImage)).map { _ in
      (row: stream.index(below: below.rows - 1), column: stream.index(below: below.columns - 1))
    }
    let prepared = Prepared(self)
    return Matrix(rows: 4 * positions.count, columns: mapCount) { elements in
      // Each piece writes the windows of one image.
      nonisolated(unsafe) let elements = elements
      Workers(threads).forEach(chosen.count) { piece in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: prepared.topSize) { top in
          prepared.encode(images, chosen[piece], top: top)
          for window in (piece * perImage)..<((piece + 1) * perImage) {
            for corner in 0..<4 {
              let row = positions[window].row + corner / 2
              let column = positions[window].column + corner % 2
              let source = (row * below.columns + column) * mapCount
              let target = (4 * window + corner) * mapCount
              for map in 0..<mapCount { elements[target + map] = top[source + map] }
            }
          }
        }
      }
    }
  }
}

extension LayeredKMeans.Configuration.Layer {
  /// Whitening and centroids for the windows of the chosen maps.
  fileprivate func fitGroup(
    of maps: [Int], _ windows: Matrix<Float>, _ configuration: LayeredKMeans.Configuration,
    stream: RandomStream
  ) throws -> MapEncoder.Group {
    var stream = stream
    var samples = windows.selecting(columns: maps, joining: 4)
    // Maps that are the same everywhere have no variance, and become zeros with any offset but 0.
    let offset = max(Float(relativeOffset * samples.meanRowVariance()), .leastNormalMagnitude)
    let normalisation = ContrastNormalisation(offset: offset)
    normalisation.apply(to: &samples)
    let whitening = try ZCA.fit(samples, epsilon: configuration.epsilon, kind: configuration.whitening)
    whitening.apply(to: &samples, threads: 1)
    var kMeans = configuration.kMeans
    kMeans.centroids = centroidsPerGroup
    let fitted = try KMeans.fit(samples, kMeans, stream: &stream, threads: 1)
    return MapEncoder.Group(
      maps: maps, normalisation: normalisation, whitening: whitening, centroids: fitted.centroids)
  }
}

extension Matrix<Float> {
  /// The named columns of every row, those of `joining` consecutive rows beside each other in one.
  fileprivate func selecting(columns chosen: [Int], joining: Int) -> Matrix {
    withUnsafeElements { source in
      Matrix(rows: rows / joining, columns: joining * chosen.count) { target in
        for row in 0..<(rows / joining * joining) {
          for (position, column) in chosen.enumerated() {
            target[row * chosen.count + position] = source[row * columns + column]
          }
        }
      }
    }
  }

  /// The sample variance within a row, averaged over the rows.
  fileprivate func meanRowVariance() -> Double {
    withUnsafeElements { elements in
      var sum = 0.0
      for row in 0..<rows {
        let part = UnsafeBufferPointer(rebasing: elements[(row * columns)..<((row + 1) * columns)])
        let mean = part.reduce(0.0) { $0 + Double($1) } / Double(columns)
        sum +=
          part.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(max(1, columns - 1))
      }
      return sum / Double(max(1, rows))
    }
  }
}
