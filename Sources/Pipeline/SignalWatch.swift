import Foundation
import Glibc

/// Turns signals into a request to stop, and remembers what the first one asked for.
///
/// A handler may do next to nothing, so it writes the number into a pipe that a thread reads. Dispatch's own signal
/// sources see an ignored signal only where the main thread has blocked it, which is not ours to decide.
final class SignalWatch: @unchecked Sendable {
  /// The end that handlers write to; signals belong to the process, and so does this.
  nonisolated(unsafe) private static var pipe: Int32 = -1

  private let lock = NSLock()  // guards `request`
  private var request: Worker.Request?
  private var earlier: [Int32: sigaction] = [:]

  /// - Parameter onRequest: called on a thread of its own, for every signal.
  init(_ meanings: [Int32: Worker.Request], onRequest: @escaping @Sendable () -> Void) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    SignalWatch.pipe = ends[1]
    for number in meanings.keys {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        let code = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(SignalWatch.pipe, &byte, 1)
        errno = code
      }
      action.sa_flags = SA_RESTART
      var old = sigaction()
      sigaction(number, &action, &old)
      earlier[number] = old
    }
    let reading = ends[0]
    Thread.detachNewThread { [self] in
      // Whoever started this process may have blocked them, and that is inherited: one thread that takes them is enough.
      var signals = sigset_t()
      sigemptyset(&signals)
      for number in meanings.keys { sigaddset(&signals, number) }
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      var byte: UInt8 = 0
      while true {
        let count = read(reading, &byte, 1)
        if count < 0, errno == EINTR { continue }
        guard count == 1, let meaning = meanings[Int32(byte)] else { break }
        lock.withLock { request = request ?? meaning }
        onRequest()
      }
      close(reading)
    }
  }

  /// What the first signal asked for.
  var first: Worker.Request? { lock.withLock { request } }

  /// Gives the signals back to whoever had them.
  func end() {
    for (number, old) in earlier {
      var old = old
      sigaction(number, &old, nil)
    }
    guard !earlier.isEmpty else { return }
    earlier = [:]
    close(SignalWatch.pipe)
    SignalWatch.pipe = -1
  }
}
