import ArgumentParser
import Files
import Foundation
import LinearAlgebra
import Metrics
import Pipeline
import Steps
import Torch

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check libraries, devices, data and store, and run the metrics' known-answer tests.")

  @OptionGroup var store: StoreOptions

  func run() throws {
    var problems = 0
    func line(_ name: String, _ text: String, fine: Bool = true) {
      if !fine { problems += 1 }
      Terminal.print(
        "\(fine ? "ok  " : "BAD ") \(name.padding(toLength: 18, withPad: " ", startingAt: 0)) \(text)")
    }
    let blas = BLAS.info
    line("retable", Version.text)
    line("libtorch", "\(TorchInfo.version), \(TorchInfo.threads) threads, \(TorchInfo.cpuCapability)")
    line(
      "OpenBLAS", "\(blas.version), core \(blas.core), \(blas.threading.rawValue), \(blas.threads) threads",
      fine: blas.threading == .openMP)
    for (symbol, library) in blas.providers.sorted(by: { $0.key < $1.key }) {
      line(symbol, "answered by \(library)", fine: library.contains("openblas"))
    }
    line("devices", Device.available.map(\.rawValue).joined(separator: ", "))
    if let problem = TorchInfo.cudaProblem { line("CUDA", problem) }
    line(
      "gnuplot", Self.gnuplot() ?? "not found: install gnuplot-nox for the charts",
      fine: Self.gnuplot() != nil)
    line("data", "dSprites \(DataSources.dSpritesOrigin)")
    line("store", "\(store.opened.root), \(Say.count(store.opened.identities().count, "artifact"))")
    for result in try MetricSelfTest.run() {
      line(
        "metric", "\(result.name): \(Self.digits(result.value)), expected \(result.expected)",
        fine: result.passed)
    }
    if problems > 0 { throw CommandFailure("\(Say.count(problems, "problem"))", code: .stepFailed) }
  }

  private static func digits(_ value: Double) -> String { String(format: "%.4g", value) }

  private static func gnuplot() -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/gnuplot" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
