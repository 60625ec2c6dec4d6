import Glibc
import Synchronization

/// Named places at which a process can be told to be killed, so that anybody can check what a crash there leaves.
///
/// `RETABLE_FAULT=worker:rename:3` ends a worker with SIGKILL just before its third rename, as a power cut would;
/// `run:any:40` ends `retable run` at the fortieth of all these places. The first word is the subcommand. Without the
/// variable nothing is counted.
public enum FaultPoint: String, CaseIterable, Sendable {
  /// Before a file is created or a folder made.
  case create
  /// Before bytes are written.
  case write
  /// When half of the bytes of a write are down.
  case torn
  /// Before bytes or names are synchronized with the device.
  case synchronize
  /// Before a rename.
  case rename
  /// After a rename, before its folder is synchronized.
  case renamed
  /// Before a file or folder is removed.
  case remove

  struct Order: Equatable {
    /// The subcommand that dies.
    let process: String
    /// Nil for any place.
    let point: FaultPoint?
    let count: Int

    /// Nil where the text is no order.
    init?(_ text: String) {
      let words = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard words.count == 3, !words[0].isEmpty, let count = Int(words[2]), count > 0 else { return nil }
      let point = FaultPoint(rawValue: words[1])
      guard point != nil || words[1] == "any" else { return nil }
      (process, self.point, self.count) = (words[0], point, count)
    }
  }

  /// What this process was told; nil in every process that nobody experiments on.
  private static let order: Order? = {
    // A command that could not read its order has ended before (`UserEnvironment.check`).
    let order = try? UserEnvironment().fault()
    return order?.process == CommandLine.arguments.dropFirst().first ? order : nil
  }()
  private static let passed = Atomic(0)

  /// Counts this place, and is true when it is the one to die at.
  var isFatal: Bool {
    guard let order = Self.order, order.point == nil || order.point == self else { return false }
    return Self.passed.wrappingAdd(1, ordering: .relaxed).newValue == order.count
  }

  /// Dies here, where the order says so.
  func pass() {
    if isFatal { FaultPoint.die() }
  }

  static func die() {
    kill(getpid(), SIGKILL)
    // The signal of one's own process arrives before `kill` returns, except to other threads.
    while true { pause() }
  }
}
