import Foundation
import Testing
import Torch

@Suite("Memory")
struct MemoryTests {
  /// A line of /proc/self/status, in KiB.
  static func status(_ name: String) throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(name):") })
    return try #require(Int(line.split(separator: " ")[1]))
  }

  @Test("a long training run needs no more memory than a short one")
  func flat() async {
    // A process of its own: tests beside this one would allocate too.
    await #expect(processExitsWith: .success) {
      let generator = try Generator(seed: 1)
      let layers = try [(256, 256), (256, 256), (256, 8)].map {
        try Linear($0, $1, initialisation: .glorotUniform, generator: generator)
      }
      let norm = try BatchNorm(256)
      let parameters = layers.enumerated().flatMap { $1.parameters.named(under: "\($0)") }
      let optimiser = try Adam(parameters + norm.parameters.named(under: "norm"))
      func update() throws {
        let input = try generator.normal([64, 256])
        var values = try norm(layers[0](input), .training).relu()
        values = try layers[2](layers[1](values).tanh())
        let loss = try values.squared().mean()
        try loss.backward()
        try optimiser.update()
        // An error must not keep its operands either.
        do { _ = try input + values } catch is TorchError {}
        #expect(try loss.scalar().isFinite)
      }
      for _ in 0..<50 { try update() }
      let early = (resident: try MemoryTests.status("VmRSS"), peak: try MemoryTests.status("VmHWM"))
      for _ in 0..<250 { try update() }
      // One leaked activation of 64 KiB an update would be 16 MB by now.
      #expect(try MemoryTests.status("VmRSS") - early.resident < 4096)
      #expect(try MemoryTests.status("VmHWM") - early.peak < 4096)
    }
  }
}
