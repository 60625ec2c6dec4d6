/// Which of OpenBLAS's kernels fit a processor.
///
/// The library knows processors by their family and model number. One that is younger than the library gets the kernels of 2004
/// (Prescott, SSE3), which are several times slower than those its instructions allow. `OPENBLAS_CORETYPE` names others.
enum Kernels {
  /// What the library answers where it found no kernels with vectors of 256 bits.
  private static let withoutAVX: Set = [
    "Unknown", "Katmai", "Coppermine", "Northwood", "Prescott", "Banias", "Atom", "Core2", "Penryn",
    "Dunnington",
    "Nehalem", "Athlon", "Opteron", "Opteron_SSE3", "Barcelona", "Nano", "Bobcat",
  ]

  /// The types to try in turn, the best first.
  ///
  /// For AVX-512 the oldest such type: later ones only add instructions for other number formats, and the first kernels
  /// of a kind have been seen to compute wrongly in older libraries.
  ///
  /// - Parameter cpuinfo: the text of `/proc/cpuinfo`; the kernel leaves out what it or a virtual machine does not allow.
  static func types(cpuinfo: String) -> [String] {
    let flags = flags(cpuinfo)
    func has(_ names: Substring...) -> Bool { flags.isSuperset(of: names) }
    var types: [String] = []
    if has("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx2", "fma") {
      types.append("SkylakeX")
    }
    if has("avx2", "fma") { types.append("Haswell") }
    if has("avx") { types.append("Sandybridge") }
    return types
  }

  /// What the processor can do; other architectures have another line, and their kernels are chosen by features already.
  private static func flags(_ cpuinfo: String) -> Set<Substring> {
    let line =
      cpuinfo.split(separator: "\n").first { $0.hasPrefix("flags") || $0.hasPrefix("Features") } ?? ""
    return Set(line.split { " \t:".contains($0) })
  }

  /// Whether products of bfloat16 numbers have instructions of their own.
  static func multiplyBFloat16(cpuinfo: String) -> Bool {
    !flags(cpuinfo).isDisjoint(with: ["avx512_bf16", "amx_bf16", "bf16"])
  }

  /// Whether the library took this processor for one without vectors of 256 bits, and it has them.
  static func areTooOld(_ core: String, cpuinfo: String) -> Bool {
    withoutAVX.contains(core) && !types(cpuinfo: cpuinfo).isEmpty
  }
}
