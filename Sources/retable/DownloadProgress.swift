import Datasets
import Foundation

/// Shows a download on standard error: one live line on a terminal, a line for every tenth elsewhere.
final class DownloadProgress {
  private let name: String
  private let live: Bool
  private let started = Date()
  private var firstBytes: Int?
  private var lastDrawing = Date.distantPast
  private var lastTenth = -1
  private var isDrawn = false

  init(_ name: String) {
    self.name = name
    live = isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  func show(_ progress: Download.Progress) {
    switch progress.stage {
    case .waiting(let seconds, let reason):
      say("\(name): \(reason); trying again in \(seconds) s")
      lastTenth = -1
    case .checking: draw("\(name): \(Say.bytes(progress.bytes)), checking", mayWait: false)
    case .receiving: draw(text(progress), mayWait: true, tenth: tenth(progress))
    }
  }

  /// Clears the live line.
  func end() {
    if isDrawn { Terminal.draw("\r\u{1B}[K") }
    isDrawn = false
  }

  private func tenth(_ progress: Download.Progress) -> Int {
    guard let total = progress.total, total > 0 else { return progress.bytes >> 26 }
    return progress.bytes * 10 / total
  }

  private func text(_ progress: Download.Progress) -> String {
    let first = firstBytes ?? progress.bytes
    firstBytes = first
    var text = "\(name): \(Say.bytes(progress.bytes))"
    guard let total = progress.total, total > 0 else { return text }
    text += " of \(Say.bytes(total))"
    let seconds = Date().timeIntervalSince(started)
    let rate = Double(progress.bytes - first) / seconds
    if seconds > 2, rate > 0 {
      text += ", \(Say.bytes(Int(rate)))/s, \(Say.duration(Double(total - progress.bytes) / rate)) left"
    }
    return text
  }

  private func draw(_ text: String, mayWait: Bool, tenth: Int? = nil) {
    guard live else {
      if let tenth {
        guard tenth > lastTenth else { return }
        lastTenth = tenth
      }
      return Terminal.error(text)
    }
    guard !mayWait || Date().timeIntervalSince(lastDrawing) > 0.1 else { return }
    lastDrawing = Date()
    isDrawn = true
    Terminal.draw("\r\u{1B}[K\(text.prefix(Terminal.width - 1))")
  }

  private func say(_ line: String) {
    end()
    Terminal.error(line)
  }
}
