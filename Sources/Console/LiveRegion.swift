import Files

/// The lines at the foot of a terminal that show what is running. Pure: the same state gives the same lines.
public struct LiveRegion: Sendable {
  /// Something that is being worked on.
  public struct Entry: Sendable {
    public var label: String
    /// Nil for work that does not say how far it is.
    public var fraction: Double?
    public var message: String
    /// `12 s left`, `for 3 s`.
    public var time: String

    public init(label: String, fraction: Double?, message: String = "", time: String = "") {
      self.label = label.visible
      self.fraction = fraction
      self.message = message.visible
      self.time = time
    }
  }

  public var entries: [Entry] = []
  public var finished = 0
  public var total = 0
  /// What is left of everything: `about 3 min left`.
  public var time = ""

  public init() {}

  /// At most `height` lines of fewer than `width` characters, so that none of them wraps.
  public func lines(width: Int, height: Int, colour: Bool) -> [String] {
    let room = max(1, height - 1)
    // What does not fit is counted in the last line that does.
    let shown = entries.count <= room ? entries.count : max(0, room - 1)
    let columns = Columns(entries.prefix(shown), width: max(20, width) - 1)
    var lines = entries.prefix(shown).map { columns.line($0, colour: colour) }
    if shown < entries.count, room > 1 {
      lines.append(Style.faint.paint("… and \(entries.count - shown) more", colour: colour))
    }
    return lines + [summary(width: max(20, width) - 1, colour: colour)]
  }

  private func summary(width: Int, colour: Bool) -> String {
    let count = "\(finished) of \(total) steps"
    let rest = time.isEmpty ? "" : ", \(time)"
    let text = Columns.cut(count + rest, width)
    guard text.hasPrefix(count) else { return text }
    return Style.bold.paint(count, colour: colour) + text.dropFirst(count.count)
  }
}

/// Where the parts of a line stand: the bar, the label, the time, and the message in what is left.
private struct Columns {
  private let width: Int
  private let bar: Int
  private let label: Int
  private let time: Int

  init(_ entries: some Collection<LiveRegion.Entry>, width: Int) {
    self.width = width
    bar = width >= 60 ? 20 : width >= 40 ? 10 : 0
    let percent = bar > 0 ? bar + 6 : 5
    let room = width - percent
    time = min(entries.map(\.time.count).max() ?? 0, max(0, room - 12))
    label = min(entries.map(\.label.count).max() ?? 0, max(0, room - (time > 0 ? time + 2 : 0)))
  }

  func line(_ entry: LiveRegion.Entry, colour: Bool) -> String {
    let percent = entry.fraction.map { "\(Bar(fraction: $0, width: 0).percent)%" } ?? ""
    let spaces = String(repeating: " ", count: 4 - min(4, percent.count))
    var line = bar > 0 ? Bar(fraction: entry.fraction ?? 0, width: bar).text(colour: colour) + " " : ""
    var left = width - (bar > 0 ? bar + 1 : 0)
    line += spaces + percent + " " + Self.padded(entry.label, label)
    left -= 5 + label
    if time > 0 {
      line += "  " + Style.faint.paint(Self.padded(entry.time, time), colour: colour)
      left -= time + 2
    }
    // A message is dropped rather than cut to a stump.
    if left >= 14, !entry.message.isEmpty {
      line += "  " + Style.faint.paint(Self.cut(entry.message, left - 2), colour: colour)
    }
    return line
  }

  static func cut(_ text: String, _ width: Int) -> String {
    text.count > width ? text.prefix(max(0, width - 1)) + "…" : text
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    let text = cut(text, width)
    return text + String(repeating: " ", count: width - text.count)
  }
}
