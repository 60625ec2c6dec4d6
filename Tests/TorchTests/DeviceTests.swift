import Foundation
import Testing
import Torch

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
      problem == "no CUDA device answers"
        || problem.hasSuffix("libtorch_cuda.so: cannot open shared object file: No such file or directory"))
    let expected = TorchError.device("cuda", message: problem)
    #expect(
      expected.description == "device cuda cannot be used: \(problem); use the device cpu, "
        + "or a libtorch with CUDA on a machine with such a device")
    #expect(throws: expected) { try Device.cuda.checkAvailable() }
    #expect(throws: expected) { try Generator(seed: 1, device: .cuda) }
    #expect(throws: expected) { try Tensor([1], shape: [1]).to(.cuda) }
    #expect(TorchInfo.cudaVersion == nil)
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
    #expect(TorchInfo.version.split(separator: ".").count >= 3)
    #expect(TorchInfo.build.contains("PyTorch built with"))
    #expect(TorchInfo.parallelism.contains("ATen parallel backend"))
    #expect(!TorchInfo.cpuCapability.isEmpty)
    let blas = try #require(TorchInfo.blas)
    #expect(FileManager.default.fileExists(atPath: blas))
    #expect(TorchInfo.threads > 0)
  }
}
