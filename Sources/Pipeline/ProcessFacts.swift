import Foundation

/// What the operating system knows of this process.
enum ProcessFacts {
  /// Lets the high-water mark of resident memory start anew, so that a step's peak is its own.
  static func resetPeakMemory() {
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

  static func host() -> String { ProcessInfo.processInfo.hostName }

  /// Now, ISO 8601 in UTC.
  static func timestamp() -> String { ISO8601DateFormatter().string(from: Date()) }

  /// Cores this process may use.
  static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Bytes of physical memory.
  static var memory: Int { Int(ProcessInfo.processInfo.physicalMemory) }
}
