import Files
import Foundation
import Glibc
import Synchronization

/// Runs steps in worker processes on this machine. An idle worker is used again, because loading libtorch costs
/// more than many steps do; a crash costs the step it was on.
public final class LocalExecutor: Executor {
  public let events: AsyncStream<ExecutorEvent>
  private let continuation: AsyncStream<ExecutorEvent>.Continuation
  private let command: [String]
  private let environment: [String: String]
  private let workers = Mutex<[LocalWorker]>([])

  /// - Parameters:
  ///   - command: the program and arguments that serve as a worker.
  ///   - environment: added to this process's own.
  public init(command: [String], environment: [String: String] = [:]) {
    self.command = command
    self.environment = environment
    (events, continuation) = AsyncStream.makeStream(of: ExecutorEvent.self)
    // A worker may die while it is written to.
    Signals.ignoreBrokenPipes()
  }

  public func start(_ assignment: Assignment) {
    do {
      try workers.withLock { workers in
        if try workers.contains(where: { try $0.assign(assignment) }) { return }
        let fresh = try LocalWorker(command: command, environment: environment, continuation: continuation)
        workers.append(fresh)
        guard try fresh.assign(assignment) else { throw StepFailure(.crashed, "it left at once") }
      }
    } catch {
      continuation.yield(
        .lost(
          identity: assignment.step.identity,
          StepFailure(.crashed, "the worker could not be started (\(command.first ?? "")): \(error)")))
    }
  }

  public func stop() { workers.withLock { for worker in $0 { worker.stop() } } }

  public func kill() { workers.withLock { for worker in $0 { worker.kill() } } }

  public func close() {
    workers.withLock { for worker in $0 { worker.close() } }
    continuation.finish()
  }
}

/// One worker process with its pipes.
private final class LocalWorker: Sendable {
  private struct State {
    var current: Assignment?
    var alive = true
    var killed = false
    /// How many processes the kernel had ended for lack of memory when the step began.
    var memoryKills = 0
  }

  private let process: ChildProcess
  private let requests: FileHandle
  private let state = Mutex(State())
  private let continuation: AsyncStream<ExecutorEvent>.Continuation

  init(
    command: [String], environment: [String: String], continuation: AsyncStream<ExecutorEvent>.Continuation
  ) throws {
    self.continuation = continuation
    let program = command.first ?? ""
    let input = try ChildProcess.Pipe(for: program)
    requests = FileHandle(fileDescriptor: input.writing, closeOnDealloc: true)
    // Our copies of the worker's sides go at once: a pipe ends when nobody can write into it.
    defer { Glibc.close(input.reading) }
    let output = try ChildProcess.Pipe(for: program)
    let replies = FileHandle(fileDescriptor: output.reading, closeOnDealloc: true)
    defer { Glibc.close(output.writing) }
    // A worker leads a process group of its own, so that a signal from the terminal comes to the scheduler alone.
    process = try ChildProcess(
      program, Array(command.dropFirst()),
      environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
      input: .descriptor(input.reading), output: .descriptor(output.writing))
    Thread.detachNewThread { [self] in
      read(from: replies)
      ended(process.wait())
    }
  }

  /// Gives this worker a step; false where it has one, or is no more.
  func assign(_ assignment: Assignment) throws -> Bool {
    let isFree = state.withLock {
      guard $0.alive, $0.current == nil else { return false }
      $0.current = assignment
      $0.memoryKills = ProcessFacts.memoryKills
      return true
    }
    guard isFree else { return false }
    do {
      try send(.run(assignment))
    } catch {
      // Whoever has it now tells of it: `ended`, where the worker died meanwhile, or else the caller.
      guard state.withLock({ $0.current.take() }) != nil else { return true }
      throw error
    }
    return true
  }

  func stop() { try? send(.stop) }

  func kill() {
    state.withLock {
      guard $0.alive else { return }
      $0.killed = true
      process.kill()
    }
  }

  func close() { try? requests.close() }

  private func send(_ request: WorkerRequest) throws {
    let line = String(decoding: try JSONEncoder().encode(request), as: UTF8.self) + "\n"
    try requests.write(contentsOf: Data(line.utf8))
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
    case .finished, .shared, .interrupted, .failed: state.withLock { $0.current = nil }
    }
    continuation.yield(.reply(reply))
  }

  private func ended(_ end: ChildProcess.End) {
    let last = state.withLock { state in
      state.alive = false
      defer { state.current = nil }
      return state
    }
    guard let identity = last.current?.step.identity else { return }
    if last.killed {
      continuation.yield(.reply(.interrupted(identity: identity)))
    } else {
      continuation.yield(.lost(identity: identity, failure(end, memoryKills: last.memoryKills)))
    }
  }

  private func failure(_ end: ChildProcess.End, memoryKills: Int) -> StepFailure {
    switch end {
    case .exited(let code):
      return StepFailure(.crashed, "the worker left with exit code \(code) in the middle of the step")
    case .signalled(SIGXCPU):
      return StepFailure(
        .crashed,
        "the worker was ended for the processor time that it took: by a limit of this shell (ulimit -t), or because it read a "
          + "damaged file that has no end")
    case .signalled(let signal) where signal != SIGKILL:
      return StepFailure(.crashed, "the worker crashed with signal \(signal)")
    case .signalled: break
    }
    // The kernel does not say whom it ended, only how many it has.
    if ProcessFacts.memoryKills > memoryKills {
      return StepFailure(.outOfMemory, "the kernel ended the worker for lack of memory")
    }
    return StepFailure(.crashed, "the worker was killed (signal 9) by somebody; run again to resume")
  }
}
