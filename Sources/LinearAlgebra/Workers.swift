import Dispatch
import Foundation
import Synchronization

/// Threads that take numbered pieces of work one after the other until none is left.
///
/// Which thread takes which piece is open, so a piece may write only what belongs to it.
public struct Workers: Sendable {
  public let threads: Int

  /// - Parameter threads: all cores of the machine when nil.
  public init(_ threads: Int? = nil) {
    precondition(threads ?? 1 > 0, "work needs at least one thread")
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
  }

  /// Calls `body` for every number below `count`. After an error no further piece is begun; of several errors that
  /// of the first piece is thrown.
  public func forEach<Failure: Error>(
    _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Void
  ) throws(Failure) {
    let next = Atomic(0)
    let failure = Mutex<(piece: Int, error: Failure)?>(nil)
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard piece < count else { return }
        do throws(Failure) {
          try body(piece)
        } catch {
          failure.withLock { if $0 == nil || piece < $0!.piece { $0 = (piece, error) } }
          next.store(count, ordering: .relaxed)
        }
      }
    }
    if let (_, error) = failure.withLock({ $0 }) { throw error }
  }
}
