import ArgumentParser
import Files
import Foundation
import Learners
import LinearAlgebra

/// Seconds for one L2-SVM over all classes, statistics of the standardisation included; the peer of `sklearn_svm.py`.
struct SVMFit: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "svm")
  @Argument(help: "Single-precision numbers, row-major.") var features: String
  @Argument(help: "One label per byte.") var labels: String
  @Option var testFeatures: String?
  @Option var testLabels: String?
  @Option(help: "Weight of the summed loss.") var weight = 0.002
  @Option(help: "Only the first rows.") var rows: Int?
  @Option var threads = 2
  @Option var tolerance = 1e-6
  @Flag(help: "No standardisation.") var raw = false

  func run() throws {
    BLAS.threads = threads
    let all = try Data(contentsOf: URL(fileURLWithPath: labels)).map { Int($0) }
    let truth = Array(all.prefix(rows ?? all.count))
    let classes = (all.max() ?? 0) + 1
    let samples = try matrix(features, total: all.count, rows: truth.count)
    let loaded = peakMegabytes()
    var fitted: (model: L2SVM, report: L2SVM.Report)?
    let timing = try Timing {
      fitted = try L2SVM.fit(
        samples, labels: truth, classes: classes,
        options: .init(C: weight, standardisation: raw ? .none : .withOffset(), tolerance: tolerance))
    }
    guard let (model, report) = fitted else { return }
    let machines = report.machines
    var line: [String: JSON] = [
      "threads": .int(threads), "rows": .int(samples.rows), "features": .int(samples.columns),
      "seconds": .number(timing.seconds), "processor_seconds": .number(timing.processorSeconds),
      "objective": .number(report.objective),
      "relative_gap": .number(machines.map { $0.dualityGap / $0.objective }.max() ?? .nan),
      "newton_steps": .int(machines.map(\.newtonSteps).max() ?? 0),
      "conjugate_gradient_steps": .int(machines.map(\.conjugateGradientSteps).max() ?? 0),
      "loaded_megabytes": .number(loaded), "peak_megabytes": .number(peakMegabytes()),
      "train_accuracy": .number(accuracy(try model.predict(samples), truth)),
    ]
    if let testFeatures, let testLabels {
      let truth = try Data(contentsOf: URL(fileURLWithPath: testLabels)).map { Int($0) }
      let test = try matrix(testFeatures, total: truth.count, rows: truth.count)
      line["test_accuracy"] = .number(accuracy(try model.predict(test), truth))
    }
    print(JSON.object(line).canonical)
  }

  private func matrix(_ path: String, total: Int, rows: Int) throws -> Matrix<Float> {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    let bytes = Int(try file.seekToEnd())
    guard total > 0, bytes % (4 * total) == 0 else {
      throw ValidationError("\(path): \(bytes) bytes are not single-precision rows for \(total) labels")
    }
    try file.seek(toOffset: 0)
    let columns = bytes / (4 * total)
    return try Matrix(rows: rows, columns: columns) { target in
      let place = UnsafeMutableRawBufferPointer(target)
      // In pieces, so that the file is never in memory twice.
      for first in stride(from: 0, to: place.count, by: 1 << 24) {
        let part = UnsafeMutableRawBufferPointer(rebasing: place[first..<min(first + (1 << 24), place.count)])
        guard let data = try file.read(upToCount: part.count), data.count == part.count else {
          throw ValidationError("\(path): the file ends too early")
        }
        part.copyBytes(from: data)
      }
    }
  }

  private func accuracy(_ predictions: [Int], _ labels: [Int]) -> Double {
    Double(zip(predictions, labels).count { $0 == $1 }) / Double(labels.count)
  }
}
