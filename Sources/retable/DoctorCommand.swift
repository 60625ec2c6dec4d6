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
    // What is printed here is what workers have.
    ComputeEnvironment.enter()
    var problems = 0
    func line(_ name: String, _ text: String, fine: Bool = true) {
      if !fine { problems += 1 }
      Terminal.print(
        "\(fine ? "ok  " : "BAD ") \(name.padding(toLength: 18, withPad: " ", startingAt: 0)) \(text)")
    }
    let blas = BLAS.info
    line("retable", Version.text)
    do {
      line(
        "libtorch",
        "\(try TorchInfo.version), \(try TorchInfo.threads) threads, \(try TorchInfo.cpuCapability)")
    } catch {
      line("libtorch", "\(error)", fine: false)
    }
    let kernels = ComputeEnvironment.chosenKernels.map { " (\($0))" } ?? ""
    line(
      "OpenBLAS",
      "\(blas.version), core \(blas.core)\(kernels), \(blas.threading.rawValue), \(blas.threads) threads",
      fine: blas.threading == .openMP)
    line("products", "right on small integers", fine: BLAS.computesRightly())
    line("sgemm", "\(Self.digits(BLAS.measuredSpeed())) GFLOP/s on \(Say.count(blas.threads, "thread"))")
    if let warning = ComputeEnvironment.warning { line("warning", warning) }
    line("cblas_sgemm", "answered by \(BLAS.library(providing: "cblas_sgemm"))")
    for symbol in ["sgemm_", "dpotrf_"] {
      let library = (try? TorchInfo.library(answering: symbol)) ?? "nobody"
      line("libtorch's \(symbol)", "answered by \(library)", fine: library.contains("openblas"))
    }
    line("devices", Device.available.map(\.rawValue).joined(separator: ", "))
    if let problem = TorchInfo.cudaProblem { line("CUDA", problem) }
    let gnuplot = Paths.program("gnuplot")
    line(
      "gnuplot", gnuplot ?? "not found: install gnuplot-nox for the charts", fine: gnuplot != nil)
    line("data", "dSprites \(DataSources.dSpritesOrigin)")
    do {
      let store = try store.opened
      line("store", "\(store.root), \(Say.count(store.identities().count, "artifact"))")
    } catch {
      line("store", error.message, fine: false)
    }
    for result in try MetricSelfTest.run() {
      line(
        "metric", "\(result.name): \(Self.digits(result.value)), expected \(result.expected)",
        fine: result.passed)
    }
    if problems > 0 { throw CommandFailure("\(Say.count(problems, "problem"))", code: .stepFailed) }
  }

  private static func digits(_ value: Double) -> String { String(format: "%.4g", value) }
}
