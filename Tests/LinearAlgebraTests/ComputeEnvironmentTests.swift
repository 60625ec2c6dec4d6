import Testing

@testable import LinearAlgebra

/// Lines of `/proc/cpuinfo` that decide.
private func cpuinfo(_ name: String, _ flags: String) -> String {
  "processor\t: 0\nmodel name\t: \(name)\nflags\t\t: fpu sse sse2 \(flags) hypervisor\nbugs\t\t: avx2\n"
}

private enum Processor {
  private static let avx2 = "pni ssse3 fma cx16 sse4_1 sse4_2 avx f16c avx2 bmi2"
  private static let avx512 = "\(avx2) avx512f avx512dq avx512ifma avx512cd avx512bw avx512vl"
  static let emeraldRapids = cpuinfo("INTEL(R) XEON(R) PLATINUM 8581C", "\(avx512) avx512_bf16 amx_bf16")
  static let sapphireRapids = cpuinfo("Intel(R) Xeon(R) Platinum 8481C", "\(avx512) avx512_bf16 amx_bf16")
  static let zen5 = cpuinfo("AMD EPYC 9655", "\(avx512) avx512_bf16")
  static let zen2 = cpuinfo("AMD EPYC 7B12", avx2)
  static let haswell = cpuinfo("Intel(R) Xeon(R) CPU E5-2680 v3", avx2)
  /// The mask of a virtual machine may leave out a part of AVX-512.
  static let masked = cpuinfo("Intel(R) Xeon(R) Platinum 8581C", "\(avx2) avx512f avx512cd")
  static let ivyBridge = cpuinfo("Intel(R) Xeon(R) CPU E5-2670 v2", "pni ssse3 sse4_1 sse4_2 avx f16c")
  static let core2 = cpuinfo("Intel(R) Core(TM)2 Duo CPU E8400", "pni ssse3 cx16 sse4_1")
  static let neoverse =
    "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd evtstrm sve\nCPU part\t: 0xd40\n"
}

@Suite struct ComputeEnvironmentTests {
  private func changes(
    _ cpuinfo: String, core: String, _ environment: [String: String] = [:], rightly: Bool = true
  ) -> [String: String?] {
    let settled = environment.merging(["OMP_WAIT_POLICY": "active"]) { $1 }
    return ComputeEnvironment.changes(to: settled, core: core, cpuinfo: cpuinfo) { rightly }
  }

  /// OpenBLAS 0.3.21 knows Sapphire Rapids, and falls back to Prescott for what came after it.
  @Test(arguments: [
    (Processor.emeraldRapids, "Prescott", "SkylakeX"),
    (Processor.sapphireRapids, "Prescott", "SkylakeX"),
    (Processor.zen5, "Prescott", "SkylakeX"),
    (Processor.masked, "Prescott", "Haswell"),
    (Processor.haswell, "Nehalem", "Haswell"),
    (Processor.zen2, "Opteron_SSE3", "Haswell"),
    (Processor.ivyBridge, "Core2", "Sandybridge"),
  ])
  func `a processor that the library does not know gets kernels by its features`(
    _ cpuinfo: String, _ core: String, _ type: String
  ) {
    #expect(changes(cpuinfo, core: core) == ["OPENBLAS_CORETYPE": type, "RETABLE_CORETYPE": type])
  }

  @Test(arguments: [
    (Processor.sapphireRapids, "SapphireRapids"), (Processor.sapphireRapids, "SkylakeX"),
    (Processor.zen5, "Zen"), (Processor.zen5, "Cooperlake"), (Processor.zen2, "Zen"),
    (Processor.haswell, "Haswell"), (Processor.ivyBridge, "Sandybridge"), (Processor.core2, "Core2"),
    (Processor.core2, "Prescott"), (Processor.neoverse, "neoversen1"), (Processor.neoverse, "armv8"),
    (Processor.emeraldRapids, "ANameOfTomorrow"), ("", "Prescott"),
  ])
  func `what the library knows, and what has no better kernels, stays`(_ cpuinfo: String, _ core: String) {
    #expect(changes(cpuinfo, core: core) == [:])
  }

  @Test func `a type that a user has set stays, right or wrong`() {
    for rightly in [true, false] {
      #expect(
        changes(
          Processor.emeraldRapids, core: "Prescott", ["OPENBLAS_CORETYPE": "Prescott"], rightly: rightly)
          == [:])
      #expect(
        changes(
          Processor.emeraldRapids, core: "Haswell",
          ["OPENBLAS_CORETYPE": "Haswell", "RETABLE_CORETYPE": "SkylakeX"], rightly: rightly) == [:])
    }
  }

  @Test func `a chosen type that computes wrongly gives way to the next, and at last to the library's own`() {
    var environment: [String: String] = [:]
    var tried: [String?] = []
    while true {
      let changes = changes(Processor.emeraldRapids, core: "Prescott", environment, rightly: false)
      if changes.isEmpty { break }
      for (name, value) in changes { environment[name] = value }
      tried.append(environment["OPENBLAS_CORETYPE"])
    }
    #expect(tried == ["SkylakeX", "Haswell", "Sandybridge", nil])
    #expect(environment == ["RETABLE_CORETYPE": "none"])
  }

  @Test func `a chosen type that computes rightly stays`() {
    let chosen = ["OPENBLAS_CORETYPE": "SkylakeX", "RETABLE_CORETYPE": "SkylakeX"]
    #expect(changes(Processor.emeraldRapids, core: "SkylakeX", chosen) == [:])
    // A library that does not know the name goes on with its own choice, and is not asked for ever.
    #expect(changes(Processor.emeraldRapids, core: "Prescott", chosen) == [:])
  }

  @Test func `how threads wait is set once, and not where a user has done so`() {
    func changes(_ environment: [String: String]) -> [String: String?] {
      ComputeEnvironment.changes(to: environment, core: "Zen", cpuinfo: Processor.zen2) { true }
    }
    #expect(changes([:]) == ["GOMP_SPINCOUNT": ComputeEnvironment.turns])
    #expect(changes(["GOMP_SPINCOUNT": ComputeEnvironment.turns]) == [:])
    #expect(changes(["GOMP_SPINCOUNT": "infinity"]) == [:])
    #expect(changes(["OMP_WAIT_POLICY": "active"]) == [:])
  }

  @Test func `instructions for bfloat16 are known by their names`() {
    for processor in [Processor.emeraldRapids, Processor.zen5, "Features\t: fp asimd bf16 i8mm\n"] {
      #expect(Kernels.multiplyBFloat16(cpuinfo: processor))
    }
    for processor in [Processor.zen2, Processor.haswell, Processor.masked, "", "flags\t: avx512bf16\n"] {
      #expect(!Kernels.multiplyBFloat16(cpuinfo: processor))
    }
  }

  @Test func `the products of this machine's library are right`() {
    #expect(BLAS.computesRightly())
    #expect(BLAS.measuredSpeed() > 0)
  }
}
