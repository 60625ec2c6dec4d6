import Files
import Foundation

/// Runs steps in worker processes on this machine. An idle worker is used again, because loading libtorch costs
/// more than many steps do; a crash costs the step it was on.
public final class LocalExecutor: Executor, @unchecked Sendable {
  public let events: AsyncStream<ExecutorEvent>
  private let continuation: AsyncStream<ExecutorEvent>.Continuation
  private let command: [String]
  private let environment: [String: String]
  private let lock = NSLock()  // guards `workers`
  private var workers: [LocalWorker] = []

  /// - Parameters:
  ///   - command: the program and arguments that serve as a worker.
  ///   - environment: added to this process's own.
  public init(command: [String], environment: [String: String] = [:]) {
    self.command = command
    self.environment = environment
    (events, continuation) = AsyncStream.makeStream(of: ExecutorEvent.self)
  }

  public func start(_ assignment: Assignment) {
    do {
      try lock.withLock {
        if let idle = workers.first(where: { $0.isIdle }) {
          try idle.assign(assignment)
        } else {
          try OpenFiles.requireRoomForProcess()
          let fresh = try LocalWorker(command: command, environment: environment, continuation: continuation)
          workers.append(fresh)
          try fresh.assign(assignment)
        }
      }
    } catch {
      continuation.yield(
        .lost(
          identity: assignment.step.identity,
          StepFailure(.crashed, "the worker could not be started (\(command.first ?? "")): \(error)")))
    }
  }

  public func stop() { lock.withLock { for worker in workers { worker.stop() } } }

  public func kill() { lock.withLock { for worker in workers { worker.kill() } } }

  public func close() {
    lock.withLock {
      for worker in workers { worker.close() }
    }
    continuation.finish()
  }
}

/// One worker process with its pipes.
private final class LocalWorker: @unchecked Sendable {
  private let process = Process()
  private let requests = Pipe()
  private let replies = Pipe()
  private let lock = NSLock()  // guards everything below
  private var current: Assignment?
  private var alive = true
  private var killed = false
  /// How many processes the kernel had ended for lack of memory when the step began.
  private var memoryKills = 0
  private let continuation: AsyncStream<ExecutorEvent>.Continuation

  init(
    command: [String], environment: [String: String], continuation: AsyncStream<ExecutorEvent>.Continuation
  ) throws {
    self.continuation = continuation
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = requests
    process.standardOutput = replies
    try process.run()
    let reader = replies.fileHandleForReading
    Thread.detachNewThread { [self] in
      read(from: reader)
      process.waitUntilExit()
      ended()
    }
  }

  var isIdle: Bool { lock.withLock { alive && current == nil } }

  func assign(_ assignment: Assignment) throws {
    lock.withLock {
      current = assignment
      memoryKills = ProcessFacts.memoryKills
    }
    do {
      try send(.run(assignment))
    } catch {
      lock.withLock { current = nil }
      throw error
    }
  }

  func stop() { try? send(.stop) }

  func kill() {
    lock.withLock {
      guard alive else { return }
      killed = true
      // Foundation starts every child in a process group of its own.
      Foundation.kill(-process.processIdentifier, SIGKILL)
      Foundation.kill(process.processIdentifier, SIGKILL)
    }
  }

  func close() { try? requests.fileHandleForWriting.close() }

  private func send(_ request: WorkerRequest) throws {
    let line = String(decoding: try JSONEncoder().encode(request), as: UTF8.self) + "\n"
    try requests.fileHandleForWriting.write(contentsOf: Data(line.utf8))
  }

  private func read(from reader: FileHandle) {
    var lines = LineReader(reader)
    while let line = lines.next() {
      if let reply = try? JSONDecoder().decode(WorkerReply.self, from: line) { deliver(reply) }
    }
  }

  private func deliver(_ reply: WorkerReply) {
    switch reply {
    case .progress, .warning: break
    case .finished, .shared, .interrupted, .failed: lock.withLock { current = nil }
    }
    continuation.yield(.reply(reply))
  }

  private func ended() {
    let lost = lock.withLock { () -> Assignment? in
      alive = false
      defer { current = nil }
      return current
    }
    guard let lost else { return }
    let identity = lost.step.identity
    if lock.withLock({ killed }) {
      continuation.yield(.reply(.interrupted(identity: identity)))
      return
    }
    continuation.yield(.lost(identity: identity, failure()))
  }

  private func failure() -> StepFailure {
    let status = process.terminationStatus
    guard process.terminationReason == .uncaughtSignal else {
      return StepFailure(.crashed, "the worker left with exit code \(status) in the middle of the step")
    }
    guard status == SIGKILL else { return StepFailure(.crashed, "the worker crashed with signal \(status)") }
    // The kernel does not say whom it ended, only how many it has.
    if ProcessFacts.memoryKills > lock.withLock({ memoryKills }) {
      return StepFailure(.outOfMemory, "the kernel ended the worker for lack of memory")
    }
    return StepFailure(.crashed, "the worker was killed (signal 9) by somebody; run again to resume")
  }
}
