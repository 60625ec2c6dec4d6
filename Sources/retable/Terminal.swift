import Console
import Files
import Foundation

/// Standard output carries results, standard error everything else.
enum Terminal {
  /// Colours only on a terminal, and never against `NO_COLOR` (no-color.org).
  static func isColoured(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
      && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Writes results. Where they cannot be written the program ends with an error: nobody would miss them otherwise.
  static func print(_ text: String, terminator: String = "\n") {
    let code = write(Style.safe(text, colour: isColoured(1)) + terminator, to: 1)
    // A reader that has seen enough, such as `head`, is no error.
    guard code != 0, code != EPIPE else { return }
    CommandFailure(FileError("write to", "standard output", code: code)).leave()
  }

  /// Writes a message. One that cannot be written has nobody left to be told.
  static func error(_ text: String) { draw(Style.safe(text, colour: isColoured(2)) + "\n") }

  /// Writes to the terminal behind standard error what moves its cursor too, so nothing that came from elsewhere.
  static func draw(_ text: String) { _ = write(text, to: 2) }

  /// The code of the error that kept some of the text from being written, or 0.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) }
      if count < 0, errno == EAGAIN { usleep(1000) }
      if count < 0, errno != EINTR, errno != EAGAIN { return errno }
    }
    return 0
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
