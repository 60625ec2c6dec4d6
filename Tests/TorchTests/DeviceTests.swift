import Foundation
import Testing

@testable import Torch

@Suite("Devices and the library")
struct DeviceTests {
  @Test("the CPU is always there")
  func cpu() throws {
    try Device.cpu.checkAvailable()
    #expect(Device.available.first == .cpu)
  }

  @Test(
    "without CUDA, asking for it says why and what to do",
    .enabled(if: !Device.available.contains(.cuda), "this machine has CUDA"))
  func noCUDA() throws {
    let problem = try #require(TorchInfo.cudaProblem)
    #expect(
      ["no CUDA device answers", "this machine has no NVIDIA device, or no driver for it"].contains(problem)
        || problem.hasSuffix("libtorch_cuda.so: cannot open shared object file: No such file or directory"))
    let expected = TorchError.device("cuda", message: problem)
    #expect(
      expected.description == "device cuda cannot be used: \(problem); use the device cpu, "
        + "or a libtorch with CUDA on a machine with such a device")
    #expect(throws: expected) { try Device.cuda.checkAvailable() }
    #expect(throws: expected) { try Generator(seed: 1, device: .cuda) }
    #expect(throws: expected) { try Tensor([1], shape: [1]).to(.cuda) }
  }

  @Test(
    "a tensor cannot be made on a device that is not there",
    .enabled(if: !Device.available.contains(.cuda), "this machine has CUDA"))
  func tensorWithoutCUDA() {
    #expect(throws: TorchError.self) { try Tensor([1], shape: [1], device: .cuda) }
    #expect(throws: TorchError.self) { try Tensor(repeating: 0, shape: [1], device: .cuda) }
    #expect(throws: TorchError.self) { try BatchNorm(1, device: .cuda) }
  }

  @Test("the library describes itself, for provenance")
  func information() throws {
    #expect(try TorchInfo.version.split(separator: ".").count >= 3)
    #expect(try !TorchInfo.cpuCapability.isEmpty)
    for symbol in ["sgemm_", "dgemm_", "dpotrf_"] {
      let library = try #require(try TorchInfo.library(answering: symbol))
      #expect(library.contains("libopenblas"), "OpenBLAS answers libtorch's calls of \(symbol)")
    }
    #expect(try TorchInfo.threads > 0)
  }

  @Test func `a shim that is not there is an error that says what to do`() {
    guard case .failure(let error) = Library.open("libNoSuchShim.so") else {
      Issue.record("there is no such library")
      return
    }
    #expect(
      error.description
        == "libtorch cannot be loaded: libNoSuchShim.so: cannot open shared object file: No such file or directory; "
        + "'make build' makes libTorchShim.so, which belongs beside the program and names the libtorch it was built with"
    )
  }

  @Test func `a library that is no shim is an error`() {
    guard case .failure(.library(let message)) = Library.open("libm.so.6") else {
      Issue.record("it has no table")
      return
    }
    #expect(message.contains("undefined symbol: ctorch_table"))
  }
}
