import Foundation
import Glibc
import Synchronization

/// Turns signals into calls, and remembers the first one. One watch at a time in a process.
///
/// From the end of `init` on no signal is lost. A handler may do next to nothing, so it writes the number into a pipe that
/// a thread reads. Dispatch's own signal sources are set up some time after they are made, and what arrives before is gone;
/// and they see an ignored signal only where the main thread has blocked it, which is not ours to decide.
public final class SignalWatch: Sendable {
  /// The end that handlers write to; signals belong to the process, and so does this.
  nonisolated(unsafe) private static var pipe: Int32 = -1

  private let received = Mutex<Int32?>(nil)
  private let earlier = Mutex<[Int32: sigaction]>([:])

  /// - Parameter onSignal: called on a thread of its own, for every signal.
  public init(_ numbers: [Int32], onSignal: @escaping @Sendable (Int32) -> Void) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    SignalWatch.pipe = ends[1]
    for number in numbers {
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
      earlier.withLock { [old] in $0[number] = old }
    }
    let reading = ends[0]
    Thread.detachNewThread { [self] in
      // Whoever started this process may have blocked them, and that is inherited: one thread that takes them is enough.
      var signals = sigset_t()
      sigemptyset(&signals)
      for number in numbers { sigaddset(&signals, number) }
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      var byte: UInt8 = 0
      while true {
        let count = read(reading, &byte, 1)
        if count < 0, errno == EINTR { continue }
        guard count == 1 else { break }
        received.withLock { [byte] in $0 = $0 ?? Int32(byte) }
        onSignal(Int32(byte))
      }
      close(reading)
    }
  }

  /// The first signal that came.
  public var first: Int32? { received.withLock { $0 } }

  /// Gives the signals back to whoever had them.
  public func end() {
    earlier.withLock { earlier in
      guard !earlier.isEmpty else { return }
      for (number, var old) in earlier { sigaction(number, &old, nil) }
      earlier = [:]
      close(SignalWatch.pipe)
      SignalWatch.pipe = -1
    }
  }
}
