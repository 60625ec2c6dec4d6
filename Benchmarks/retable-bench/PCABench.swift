import ArgumentParser
import Files
import Learners
import LinearAlgebra
import Randomness

/// Seconds for the first principal components, the peer of `sklearn_pca.py`.
struct PrincipalComponents: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "pca")
  @Option(help: "A file of single-precision numbers (written when it is absent).")
  var samples = "pca-samples.f32"
  @Option var rows = 50_000
  @Option(help: "Up to 3,200 the covariance is in double precision.") var features = 4096
  @Option var components = 10
  @Option var threads = 2
  @Option var rounds = 3

  func run() throws {
    BLAS.threads = threads
    let data = try clouds(at: samples, rows: rows, features: features)
    let yardstick = Timing.sgemm()
    var model: PCA?
    let timings = try (0..<rounds).map { _ in
      try Timing { model = try PCA.fit(data, components: components) }
    }
    let seconds = timings.map(\.seconds).min() ?? .nan
    // The upper triangle of the covariance.
    let work = Double(rows) * Double(features) * Double(features)
    let line: JSON = [
      "rows": .int(rows), "features": .int(features), "components": .int(components),
      "threads": .int(threads), "seconds": .number(seconds),
      "processor_seconds": .number(timings.map(\.processorSeconds).min() ?? .nan),
      "covariance_share_of_sgemm": .number(work / seconds * yardstick.timing.seconds / yardstick.work),
      "variances": .array((model?.variances ?? []).map(JSON.number)),
      "peak_megabytes": .number(peakMegabytes()),
    ]
    print(line.canonical)
  }
}

/// Rows x features from the file; when there is none, clouds of normal noise, which are then written.
func clouds(at path: String, rows: Int, features: Int) throws -> Matrix<Float> {
  try loadRows(at: path, rows: rows, features: features) {
    var stream = RandomStream(seed: 1)
    return Matrix(rows: rows, columns: features) { elements in
      for index in elements.indices {
        elements[index] = Float(stream.normal() + (index / features % 10 == index % 10 ? 1 : 0))
      }
    }
  }
}
