import Foundation

/// Standard output carries results, standard error everything else.
enum Terminal {
  /// Colours only on a terminal, and never against `NO_COLOR` (no-color.org).
  static func isColoured(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
      && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  static func error(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// The width of the terminal behind standard error, or 100.
  static var width: Int { size.width }

  /// Characters across and lines down of the terminal behind standard error, or 100 and 24.
  static var size: (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (100, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}

/// Durations and sizes as people say them.
enum Say {
  static func duration(_ seconds: Double) -> String {
    guard seconds < 1e10 else { return "centuries" }
    if seconds < 1 { return "under 1 s" }
    let whole = Int(seconds.rounded())
    if whole < 120 { return "\(whole) s" }
    if whole < 7200 { return "\((whole + 30) / 60) min" }
    return "\(whole / 3600) h \((whole % 3600) / 60) min"
  }

  /// Whole per cent that are done; only what is done is 100%.
  static func percent(_ fraction: Double) -> String {
    "\(Int((100 * min(1, max(0, fraction))).rounded(.down)))%"
  }

  static func bytes(_ count: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var value = Double(count)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return unit == 0 ? "\(count) B" : String(format: value < 10 ? "%.1f %@" : "%.0f %@", value, units[unit])
  }

  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
