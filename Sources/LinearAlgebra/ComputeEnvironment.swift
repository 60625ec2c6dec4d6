import Foundation
import Glibc

/// What OpenBLAS and libgomp read from the environment of a process that computes.
///
/// Both read it when they are loaded, before the first line of a program, and what is right depends on the processor that the
/// process runs on. So a worker starts itself once more where something is missing, on whatever machine it is. What a
/// user has set stays.
public enum ComputeEnvironment {
  /// Waiting threads of libgomp turn this often before they sleep. Its own choice, some milliseconds, is a catastrophe beside
  /// another busy process: the thread that is waited for does not get the core on which the others turn.
  static let turns = "1000"
  /// Says that this program has chosen `OPENBLAS_CORETYPE`, and what; `none` where no choice computed rightly.
  private static let mark = "RETABLE_CORETYPE"

  /// Starts this program anew, with the same arguments and as the same process, where its environment lacks something. To
  /// be called first of all. Where that fails the process goes on as it is: it is slower, not wrong.
  public static func enter() {
    let changes = changes(
      to: ProcessInfo.processInfo.environment, core: BLAS.core,
      cpuinfo: cpuinfo,
      computesRightly: BLAS.computesRightly)
    guard !changes.isEmpty else { return }
    for (name, value) in changes {
      if let value { setenv(name, value, 1) } else { unsetenv(name) }
    }
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    for argument in arguments { free(argument) }
  }

  /// The variables to set, or with nil to remove, in turn until nothing is left to change.
  ///
  /// - Parameters:
  ///   - core: what the loaded library has taken the processor for.
  ///   - computesRightly: whether the loaded library's products are right; asked only about kernels that were chosen here.
  static func changes(
    to environment: [String: String], core: String, cpuinfo: String, computesRightly: () -> Bool
  ) -> [String: String?] {
    var changes: [String: String?] = [:]
    if environment["GOMP_SPINCOUNT"] == nil, environment["OMP_WAIT_POLICY"] == nil {
      changes["GOMP_SPINCOUNT"] = turns
    }
    let types = Kernels.types(cpuinfo: cpuinfo)
    switch (environment["OPENBLAS_CORETYPE"], environment[mark]) {
    case (nil, nil):
      guard let best = types.first, Kernels.areTooOld(core, cpuinfo: cpuinfo) else { break }
      changes["OPENBLAS_CORETYPE"] = best
      changes[mark] = best
    case (let type?, let ours?) where type == ours:
      if computesRightly() { break }
      let next = types.drop { $0 != type }.dropFirst().first
      changes["OPENBLAS_CORETYPE"] = .some(next)
      changes[mark] = next ?? "none"
    default: break
    }
    return changes
  }

  private static var cpuinfo: String {
    (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
  }

  /// Whether this processor multiplies bfloat16 numbers by instructions of their own.
  public static var multipliesBFloat16: Bool { Kernels.multiplyBFloat16(cpuinfo: cpuinfo) }

  /// For records and people: what the environment says of the kernels, or nil where the library chose alone.
  public static var chosenKernels: String? {
    let environment = ProcessInfo.processInfo.environment
    guard let type = environment["OPENBLAS_CORETYPE"] else { return nil }
    return environment[mark] == type ? "chosen by the processor's features" : "chosen by OPENBLAS_CORETYPE"
  }

  /// What a person should know of the kernels that this process has, or nil.
  public static var warning: String? {
    guard Kernels.areTooOld(BLAS.core, cpuinfo: cpuinfo) else { return nil }
    return
      "OpenBLAS uses kernels without AVX (\(BLAS.core)) on a processor that has it, which is several times slower: "
      + "a newer OpenBLAS knows this processor, and OPENBLAS_CORETYPE names kernels by hand"
  }
}
