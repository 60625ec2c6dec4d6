import CMalloc
import Foundation

/// What the operating system knows of this process.
public enum ProcessFacts {
  /// Lets the high-water mark of resident memory start anew, so that a step's peak is its own: what an earlier step has freed and
  /// the allocator keeps is given back first.
  static func resetPeakMemory() {
    malloc_trim(0)
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
    try? file.write(contentsOf: Data("5".utf8))
    try? file.close()
  }

  /// Peak resident memory in bytes since the last reset.
  static func peakMemory() -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      let kilobytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
      return kilobytes * 1024
    }
    return 0
  }

  /// Seconds that all threads of this process have spent on processors.
  static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }

  /// How many processes of this machine the kernel has ended for lack of memory since it started.
  static var memoryKills: Int {
    let text = (try? String(contentsOfFile: "/proc/vmstat", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
    return line.flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
  }

  static func host() -> String { ProcessInfo.processInfo.hostName }

  /// Now, ISO 8601 in UTC.
  static func timestamp() -> String { ISO8601DateFormatter().string(from: Date()) }

  /// The processor's model, family and model number where the kernel tells them: "AMD EPYC, family 25, model 1".
  public static var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    var facts: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, facts[parts[0]] == nil { facts[parts[0]] = parts[1] }
    }
    let name = facts["model name"] ?? facts["CPU part"].map { "part \($0)" } ?? "unknown processor"
    let numbers = [("cpu family", "family"), ("model", "model")].compactMap { key, word in
      facts[key].map { "\(word) \($0)" }
    }
    return ([name] + numbers).joined(separator: ", ")
  }

  /// Cores this process may use, by its affinity and the quota of its control group.
  static var cores: Int {
    min(ProcessInfo.processInfo.activeProcessorCount, ControlGroup.own.cores ?? .max)
  }

  /// Bytes of physical memory, or what its control group leaves of them.
  static var memory: Int { min(Int(ProcessInfo.processInfo.physicalMemory), ControlGroup.own.memory ?? .max) }
}
