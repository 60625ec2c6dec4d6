import ArgumentParser
import Files
import Learners
import LinearAlgebra
import Randomness

/// Seconds of one transductive fit, ten machines by multiple switching, the peer of `numpy_svmlin.py`.
struct TransductiveFit: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tsvm")
  @Option(help: "A file of single-precision rows (written when it is absent); row i is of class i mod 10.")
  var samples = "tsvm-samples.f32"
  @Option var rows = 20_000
  @Option(help: "Rows with a label, the first ones.") var labelled = 1000
  @Option var features = 600
  @Option var lambda = 0.01
  @Option(help: "Relative duality gap at which each optimum over weights ends.") var tolerance = 1e-4
  @Option var threads = 2
  @Option var rounds = 3

  func run() throws {
    BLAS.threads = threads
    let data = try loadSamples()
    let classes = (0..<rows).map { $0 % 10 }
    let labels = classes.enumerated().map { $0 < labelled ? $1 : nil as Int? }
    var timings: [Timing] = []
    var fit: (model: L2SVM, report: TSVM.Report)?
    for _ in 0..<rounds {
      timings.append(
        try Timing {
          fit = try TSVM.fit(
            data, labels: labels, classes: 10, strength: 1,
            options: TSVM.Options(lambda: lambda, tolerance: tolerance))
        })
    }
    guard let (model, report) = fit else { throw ValidationError("--rounds must be positive") }
    let found = try model.predict(data)
    let right = (labelled..<rows).count { found[$0] == classes[$0] }
    let line: JSON = [
      "rows": .int(rows), "labelled": .int(labelled), "features": .int(features), "threads": .int(threads),
      "seconds": .number(timings.map(\.seconds).min() ?? .nan),
      "processor_seconds": .number(timings.map(\.processorSeconds).min() ?? .nan),
      "objective": .number(report.machines.reduce(0) { $0 + $1.objective }),
      "exchanges": .int(report.machines.reduce(0) { $0 + $1.exchanges }),
      "accuracy_of_unlabelled": .number(Double(right) / Double(max(1, rows - labelled))),
      "peak_megabytes": .number(peakMegabytes()),
    ]
    print(line.canonical)
  }

  /// Rows from the file; when there is none, ten overlapping clouds, which are then written.
  private func loadSamples() throws -> Matrix<Float> {
    try loadRows(at: samples, rows: rows, features: features) {
      var stream = RandomStream(seed: 1)
      let centres = Matrix<Float>(rows: 10, columns: features) { elements in
        for index in elements.indices { elements[index] = Float(0.12 * stream.normal()) }
      }
      return Matrix(rows: rows, columns: features) { elements in
        for index in elements.indices {
          elements[index] = Float(stream.normal()) + centres[index / features % 10, index % features]
        }
      }
    }
  }
}
