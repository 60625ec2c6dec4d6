import ArgumentParser
import Files
import Learners
import LinearAlgebra
import Randomness

/// Seconds for the nearest neighbours of all queries, the peer of `python_knn.py`.
struct NearestNeighbours: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "knn")
  @Option(help: "A file of single-precision numbers, samples and then queries (written when it is absent).")
  var samples = "knn-samples.f32"
  @Option var rows = 67_000
  @Option var queries = 10_000
  @Option var features = 600
  @Option var neighbours = 20
  @Option var threads = 2
  @Option var rounds = 3

  func run() throws {
    BLAS.threads = threads
    let all = try clouds(at: samples, rows: rows + queries, features: features)
    let wanted = all.selecting(rows: rows..<(rows + queries))
    let model = try KNN(
      all.selecting(rows: 0..<rows), labels: [Int](repeating: 0, count: rows), classes: 1)
    let yardstick = Timing.sgemm()
    let timings = try (0..<rounds).map { _ in
      try Timing { _ = try model.neighbours(of: wanted, count: neighbours, threads: threads) }
    }
    let seconds = timings.map(\.seconds).min() ?? .nan
    let work = 2 * Double(rows) * Double(queries) * Double(features)
    let line: JSON = [
      "rows": .int(rows), "queries": .int(queries), "features": .int(features),
      "neighbours": .int(neighbours), "threads": .int(threads), "seconds": .number(seconds),
      "processor_seconds": .number(timings.map(\.processorSeconds).min() ?? .nan),
      "gigaflops": .number(work / seconds / 1e9),
      "share_of_sgemm": .number(work / seconds * yardstick.timing.seconds / yardstick.work),
      "peak_megabytes": .number(peakMegabytes()),
    ]
    print(line.canonical)
  }
}
