import Files
import Foundation
import HDF5
import Synchronization

/// The worker process: reads assignments from standard input, carries them out one after another, and answers on
/// the descriptor it was started with as standard output.
///
/// The worker itself commits the artifact, under a kernel lock that dies with it; a scheduler that vanishes closes
/// standard input, which the worker takes as a request to checkpoint and leave.
public final class Worker {
  private let registry: Registry
  private let environment: [String: String]
  private let setThreads: (Int) -> Void
  let stop = StopFlag()
  /// Nanoseconds between two reports of progress: ten a second are enough for any progress bar.
  var reportInterval: UInt64 = 100_000_000
  private let replies: FileHandle?

  /// - Parameters:
  ///   - environment: library versions and the like, written into every record.
  ///   - setThreads: grants a number of threads to BLAS and libtorch before a step starts.
  ///   - replies: the descriptor for progress, or -1 for none.
  init(
    registry: Registry, environment: [String: String], replies: Int32, setThreads: @escaping (Int) -> Void
  ) {
    self.registry = registry
    self.environment = environment
    self.setThreads = setThreads
    self.replies = replies < 0 ? nil : FileHandle(fileDescriptor: replies, closeOnDealloc: true)
  }

  /// A worker that answers on standard output, as the `worker` subcommand does.
  public static func onStandardOutput(
    registry: Registry, environment: [String: String], setThreads: @escaping (Int) -> Void
  ) -> Worker {
    // Replies go to a private copy, and whatever libraries print to standard output lands in the log instead.
    let replies = fcntl(1, F_DUPFD_CLOEXEC, 3)
    dup2(2, 1)
    return Worker(registry: registry, environment: environment, replies: replies, setThreads: setThreads)
  }

  /// Serves requests until standard input ends.
  public func serve() {
    let requests = RequestQueue()
    let stop = self.stop
    Thread.detachNewThread {
      var lines = LineReader(.standardInput)
      while let line = lines.next() {
        guard let request = try? JSONDecoder().decode(WorkerRequest.self, from: line) else { continue }
        switch request {
        case .run(let assignment): requests.put(assignment)
        case .stop: stop.raise()
        }
      }
      stop.raise()
      requests.close()
    }
    while let assignment = requests.take() {
      reply(carryOut(assignment))
    }
  }

  /// Runs one assignment in this process, from lock to commit.
  public func carryOut(_ assignment: Assignment) -> WorkerReply {
    let step = assignment.step
    let store = Store(root: assignment.store)
    do {
      try POSIXFileSystem().makeDirectories(Paths.parent(of: store.lock(step.identity)))
      let lock = try FileLock.lock(
        store.lock(step.identity), isInterrupted: { [stop] in stop.isRaised },
        onWait: { holder in
          let who = holder.map { "\($0)" } ?? "another process"
          reply(.warning(identity: step.identity, message: "waits for \(who), which is at work on it"))
        })
      defer { withExtendedLifetime(lock) {} }
      switch store.verify(step.identity) {
      // Another process has finished it while this one waited.
      case .cached: return .shared(identity: step.identity)
      // One that cannot be moved out of the way is told now, not when the new one is to take its place hours later.
      case .corrupt:
        try store.requireReadable(step.identity)
        try store.setAside(step.identity)
      case .absent: break
      }
      let work = store.work(step.identity)
      try Worker.makeFolder(work)
      store.noteWork(on: step)
      // Without replies this is no process of its own, and its standard output belongs to somebody else.
      guard replies != nil else { return try compute(step, in: store, work: work) }
      return try StepLog.capturing(to: store.log(step.identity)) {
        try compute(step, in: store, work: work)
      }
    } catch is CancellationError {
      return .interrupted(identity: step.identity)
    } catch is Interrupted {
      return .interrupted(identity: step.identity)
    } catch {
      return .failed(identity: step.identity, Worker.failure(for: error))
    }
  }

  private func compute(_ step: Step, in store: Store, work: String) throws -> WorkerReply {
    guard let kind = registry[step.kind], kind.version == step.version else {
      throw StepFailure(
        .failed, "this build cannot run '\(step.kind)' version \(step.version); rebuild and run again")
    }
    let output = "\(work)/out"
    let checkpoint = "\(work)/checkpoint"
    let files = POSIXFileSystem()
    if try files.exists(output) { try files.removeTree(output) }
    for folder in [output, checkpoint] { try Worker.makeFolder(folder) }
    var inputs: [String: String] = [:]
    for (role, identity) in step.inputs {
      // Whatever is read is checked first: a flipped byte must not travel into a result.
      guard verified.contains(identity) || store.verify(identity) == .cached else {
        throw StepFailure(
          .corruptInput, "the input '\(role)' (\(identity.prefix(12))) is damaged; run again to recompute it")
      }
      verified.insert(identity)
      inputs[role] = store.artifact(identity)
    }
    let device = step.device ?? "cpu"
    setThreads(step.needs.cores)
    ProcessFacts.resetPeakMemory()
    let slices = WorkSlices(folder: work)
    let (started, processorStarted) = (DispatchTime.now().uptimeNanoseconds, ProcessFacts.processorSeconds())
    func elapsed() -> WorkTime {
      WorkTime(
        seconds: Double(DispatchTime.now().uptimeNanoseconds - started) * 1e-9,
        processorSeconds: ProcessFacts.processorSeconds() - processorStarted)
    }
    let reply = self.reply
    var lastReport: UInt64 = 0
    var warnings: [String] = []
    let reportInterval = self.reportInterval
    do {
      try kind.run(
        StepContext(
          step: step, inputs: inputs, output: output, checkpoint: checkpoint, device: device,
          report: { fraction, message in
            let now = DispatchTime.now().uptimeNanoseconds
            guard now - lastReport > reportInterval else { return }
            lastReport = now
            reply(.progress(identity: step.identity, fraction: fraction, message: message))
          },
          warn: { message in
            warnings.append(message)
            reply(.warning(identity: step.identity, message: message))
            StepLog.write("\(ProcessFacts.timestamp()) \(message)")
          },
          stopRequested: { [stop] in stop.isRaised }))
    } catch let interruption as Interrupted {
      slices.add(elapsed())
      throw interruption
    }
    let time = slices.time + elapsed()
    let peak = ProcessFacts.peakMemory()
    let record = try store.commit(
      step, from: output,
      run: RunFacts(
        seconds: time.seconds, processorSeconds: time.processorSeconds, peakMemory: peak,
        finished: ProcessFacts.timestamp(), host: ProcessFacts.host(), threads: step.needs.cores,
        device: device, environment: environment, warnings: warnings))
    History.append(record, to: store)
    try? files.removeTree(work)
    return .finished(identity: step.identity, seconds: time.seconds, peakMemory: peak)
  }

  /// A folder of unfinished work. Unlike everything else it need not outlive a power cut, so nothing waits for the disk.
  private static func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// Inputs whose every byte this process has checked.
  private var verified: Set<String> = []

  private func reply(_ message: WorkerReply) {
    guard let line = try? JSON(encoding: message).canonical else { return }
    try? replies?.write(contentsOf: Data((line + "\n").utf8))
  }

  /// libtorch and the C++ library tell of a refused allocation in words only.
  private static func isOutOfMemory(_ message: String) -> Bool {
    ["DefaultCPUAllocator: can't allocate memory", "std::bad_alloc", "CUDA out of memory"]
      .contains { message.contains($0) }
  }

  static func failure(for error: any Error) -> StepFailure {
    switch error {
    case let failure as StepFailure: failure
    case let error as FileError where error.isDiskFull: StepFailure(.diskFull, "\(error)")
    case let error as HDF5Error where error.isDiskFull: StepFailure(.diskFull, "\(error)")
    case let error as any CausedError: StepFailure(error.cause, "\(error)")
    case let error where isOutOfMemory("\(error)"): StepFailure(.outOfMemory, "\(error)")
    default: StepFailure(.failed, "\(error)")
    }
  }
}

/// A flag that one thread raises and another reads.
final class StopFlag: Sendable {
  private let raised = Atomic(false)
  func raise() { raised.store(true, ordering: .releasing) }
  var isRaised: Bool { raised.load(ordering: .acquiring) }
}

/// Hands assignments from the reading thread to the working one.
private final class RequestQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private var waiting: [Assignment] = []
  private var closed = false

  func put(_ assignment: Assignment) {
    condition.withLock {
      waiting.append(assignment)
      condition.signal()
    }
  }

  func close() {
    condition.withLock {
      closed = true
      condition.signal()
    }
  }

  /// Nil once closed and empty.
  func take() -> Assignment? {
    condition.withLock {
      while waiting.isEmpty && !closed { condition.wait() }
      return waiting.isEmpty ? nil : waiting.removeFirst()
    }
  }
}
