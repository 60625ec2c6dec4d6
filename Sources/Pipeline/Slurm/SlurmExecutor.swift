import Foundation

/// Runs every step as a job of a Slurm cluster, by the same worker, with the store on a file system that all nodes see.
///
/// Jobs outlive this process: a later run on the same store finds them, by their folders, and waits for them instead of
/// submitting them again.
public final class SlurmExecutor: Executor, @unchecked Sendable {
  private enum Order {
    case start(Step)
    case flush(waiting: [Step])
    case stop, kill, close
  }

  public let events: AsyncStream<ExecutorEvent>
  private let continuation: AsyncStream<ExecutorEvent>.Continuation
  private let interval: TimeInterval
  private let condition = NSCondition()  // guards `orders`
  private var orders: [Order] = []
  private let closed = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - worker: the program and arguments that serve as a worker, as the nodes know them.
  ///   - environment: what Slurm's commands see; variables of ours are passed on to the workers.
  public init(
    store: Store, settings: SlurmSettings, worker: [String],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    (events, continuation) = AsyncStream.makeStream(of: ExecutorEvent.self)
    let pause = settings.pollInterval.components
    interval = Double(pause.seconds) + Double(pause.attoseconds) * 1e-18
    let continuation = self.continuation
    Thread.detachNewThread { [self] in
      let dispatcher = SlurmDispatcher(
        store: store, settings: settings, worker: worker, environment: environment,
        deliver: { continuation.yield($0) })
      serve(dispatcher)
    }
  }

  public func start(_ assignment: Assignment) { put(.start(assignment.step)) }

  public func flush(waiting: () -> [Step]) { put(.flush(waiting: waiting())) }

  public func stop() { put(.stop) }

  public func kill() { put(.kill) }

  public func close() {
    put(.close)
    // What was submitted ahead must be cancelled before the process may end.
    closed.wait()
    continuation.finish()
  }

  private func put(_ order: Order) {
    condition.withLock {
      // Only the newest list of waiting steps counts.
      if case .flush = order, case .flush? = orders.last { orders.removeLast() }
      orders.append(order)
      condition.signal()
    }
  }

  /// All orders, as soon as there are any; none when it is time for the next poll, where there is to be one.
  private func take(until poll: Date?) -> [Order] {
    condition.withLock {
      if let poll {
        while orders.isEmpty, condition.wait(until: poll) {}
      } else {
        while orders.isEmpty { condition.wait() }
      }
      defer { orders = [] }
      return orders
    }
  }

  private func serve(_ dispatcher: SlurmDispatcher) {
    var nextPoll = Date(timeIntervalSinceNow: interval)
    while true {
      for order in take(until: dispatcher.isWaiting ? nextPoll : nil) {
        switch order {
        case .start(let step): dispatcher.start(step)
        case .flush(let waiting): dispatcher.flush(waiting: waiting)
        case .stop: dispatcher.stop()
        case .kill: dispatcher.kill()
        case .close:
          dispatcher.close()
          closed.signal()
          return
        }
      }
      if Date() >= nextPoll {
        dispatcher.poll()
        nextPoll = Date(timeIntervalSinceNow: interval)
      }
    }
  }
}
