/// A bar of a number of terminal cells, filled to an eighth of a cell.
public struct Bar: Sendable {
  public let fraction: Double
  public let width: Int

  public init(fraction: Double, width: Int) {
    self.fraction = fraction.isNaN ? 0 : min(1, max(0, fraction))
    self.width = width
  }

  /// Rounded down: 100 only when the work is done.
  public var percent: Int { Int(fraction * 100) }

  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// The filled part. It is only whole when the work is: 99.9% leaves its last eighth open.
  public var filled: String {
    let units = Int(fraction * Double(8 * width))
    return String(repeating: "█", count: units / 8) + Self.eighths[units % 8]
  }

  public func text(colour: Bool) -> String {
    let rest = String(repeating: "░", count: max(0, width - filled.count))
    return Style.cyan.paint(filled, colour: colour) + Style.faint.paint(rest, colour: colour)
  }
}
