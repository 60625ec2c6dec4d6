import ArgumentParser
import Files
import Foundation
import Learners
import LinearAlgebra
import Randomness

/// Seconds for one iteration of k-means on random patches, the peer of `sklearn_kmeans.py`.
struct KMeansIterations: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "kmeans")
  @Option(help: "A file of samples x features single-precision numbers (written when it is absent).")
  var samples = "kmeans-samples.f32"
  @Option(help: "CIFAR-10's data_batch_1.bin, for real patches; noise without it.") var images: String?
  @Option var rows = 100_000
  @Option var features = 108
  @Option var centroids = 1600
  @Option var iterations = 5
  @Option var threads = 2
  @Flag(inversion: .prefixedNo, help: "Leave out distances that bounds exclude.") var bounds = false
  @Flag(help: "Begin with normal noise, not with the first rows.") var noise = false

  func run() throws {
    BLAS.threads = threads
    let data = try loadSamples()
    let yardstick = Timing.sgemm()
    // The first rows are the initial centroids, so that both programs do the same work.
    var stream = RandomStream(seed: 0)
    var start = data.selecting(rows: 0..<centroids)
    if noise {
      start = Matrix(rows: centroids, columns: features) { elements in
        for index in elements.indices { elements[index] = Float(0.1 * stream.normal()) }
      }
    }
    var timings: [Timing] = []
    var state = KMeans(centroids: start, history: [])
    for count in [iterations, 2 * iterations] {
      timings.append(
        try Timing {
          state = try KMeans.fit(
            data, from: start, .init(centroids: centroids, iterations: count, keepsBounds: bounds),
            stream: &stream,
            threads: threads)
        })
    }
    // The difference leaves out what a run pays once.
    let more = timings[1] - timings[0]
    let work = 2 * Double(rows) * Double(features) * Double(centroids) * Double(iterations)
    let line: JSON = [
      "rows": .int(rows), "features": .int(features), "centroids": .int(centroids), "threads": .int(threads),
      "seconds_per_iteration": .number(more.seconds / Double(iterations)),
      "processor_seconds_per_iteration": .number(more.processorSeconds / Double(iterations)),
      "seconds": .number(timings[1].seconds), "gigaflops": .number(work / more.seconds / 1e9),
      "sgemm_gigaflops": .number(yardstick.work / yardstick.timing.seconds / 1e9),
      "share_of_sgemm": .number(work / more.seconds * yardstick.timing.seconds / yardstick.work),
      "share_of_sgemm_by_processor_time": .number(
        work / more.processorSeconds * yardstick.timing.processorSeconds / yardstick.work),
      "share_of_distances": .number(
        Double(state.history.reduce(0) { $0 + $1.distances })
          / (Double(rows) * Double(centroids) * Double(state.history.count))),
      // Of the centroids that the shorter run ends with, or of the last ones where both end earlier.
      "inertia": .number(state.history.prefix(iterations + 1).last?.inertia ?? .nan),
      "peak_megabytes": .number(peakMegabytes()),
    ]
    print(line.canonical)
  }

  /// Rows from the file; when there is none, whitened patches of the images, or noise, which are then written.
  private func loadSamples() throws -> Matrix<Float> {
    try loadRows(at: samples, rows: rows, features: features) {
      var stream = RandomStream(seed: 1)
      guard let images else {
        return Matrix(rows: rows, columns: features) { elements in
          for index in elements.indices { elements[index] = Float(stream.normal()) }
        }
      }
      var data = try PatchSampler().draw(rows, from: try cifarImages(images), stream: &stream)
      try ZCA.fit(data).apply(to: &data)
      return data
    }
  }
}

/// The images of one official binary batch: records of a label and 3 x 32 x 32 bytes.
func cifarImages(_ path: String) throws -> PixelSource {
  let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  return PixelSource(count: bytes.count / 3073, channels: 3, height: 32, width: 32) { index, body in
    bytes.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[(index * 3073 + 1)..<((index + 1) * 3073)]))
    }
  }
}
