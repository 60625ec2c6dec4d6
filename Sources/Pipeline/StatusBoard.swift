import Files
import Foundation
import Synchronization

/// What a run tells everybody who asks while it is going on: one small file in the store, `runs/<name>.json`.
///
/// The file says nothing about whether the run still lives. That is a kernel lock on `runs/<name>.lock`, which dies with
/// its process, so that a killed run is never shown as running.
public final class StatusBoard: RunObserver {
  private struct State {
    var held: FileLock?
    var status: RunStatus
    var lastWriting: ContinuousClock.Instant?
    /// Something has happened since then, and is written when its time has come.
    var isHeldBack = false
  }

  private let observer: any RunObserver
  private let store: Store
  private let title: String
  private let name: String
  private let interval: Duration
  private let state: Mutex<State>

  /// - Parameters:
  ///   - title: what is run, such as "dsprites, desk profile".
  ///   - observer: gets every event too.
  ///   - interval: the board is rewritten at most this often: the disk is waited for, and the scheduler with it.
  public init(
    title: String, store: Store, observer: any RunObserver, interval: Duration = .seconds(2)
  ) {
    self.title = title
    self.store = store
    self.observer = observer
    self.interval = interval
    let process = getpid()
    name = "\(ProcessFacts.host())-\(process)"
    state = Mutex(
      State(
        status: RunStatus(
          title: title, host: ProcessFacts.host(), process: process, started: ProcessFacts.timestamp())))
  }

  public func handle(_ event: RunEvent) {
    observer.handle(event)
    state.withLock { state in
      state.status.take(event)
      switch event {
      case .started, .remaining, .progress: show(&state)
      default: break
      }
    }
  }

  /// Writes the board at once, or where the last time is too short ago later, with all that has happened until then.
  private func show(_ state: inout State) {
    guard !state.isHeldBack else { return }
    guard let last = state.lastWriting, .now - last < interval else { return put(&state) }
    state.isHeldBack = true
    let left: Double = (interval - (ContinuousClock.now - last)) / .seconds(1)
    DispatchQueue.global().asyncAfter(deadline: .now() + left) { [weak self] in
      guard let self else { return }
      self.state.withLock { state in
        // Unless it was taken down meanwhile.
        if state.isHeldBack { self.put(&state) }
      }
    }
  }

  /// Takes the board down.
  public func end() {
    state.withLock { state in
      state.isHeldBack = false
      guard state.held != nil else { return }
      try? POSIXFileSystem().removeFile(store.board(name))
      state.held = nil
      try? POSIXFileSystem().removeFile(store.boardLock(name))
    }
  }

  /// A board that cannot be written is no reason to stop a run.
  private func put(_ state: inout State) {
    state.lastWriting = .now
    state.isHeldBack = false
    state.status.updated = ProcessFacts.timestamp()
    if state.held == nil {
      try? POSIXFileSystem().makeDirectories(Paths.parent(of: store.board(name)))
      state.held = try? FileLock.tryLock(store.boardLock(name))
    }
    guard state.held != nil, let text = try? JSON(encoding: state.status).canonical else { return }
    try? DurableFile.write(text + "\n", to: store.board(name))
  }
}

/// A run as its board shows it.
public struct RunStatus: Codable, Sendable, Equatable {
  public struct Running: Codable, Sendable, Equatable {
    public var step: String
    public var label: String
    /// 0...1
    public var fraction: Double
    public var message: String
  }

  public var title: String
  public var host: String
  public var process: Int32
  /// ISO 8601, UTC.
  public var started: String
  public var updated = ""
  public var cached = 0
  /// Steps that the run has to compute.
  public var total = 0
  public var finished = 0
  public var failed = 0
  public var secondsLeft = 0.0
  public var running: [Running] = []

  init(title: String, host: String, process: Int32, started: String) {
    self.title = title
    self.host = host
    self.process = process
    self.started = started
  }

  mutating func take(_ event: RunEvent) {
    switch event {
    case .planned(let cached, let toRun, let expected):
      (self.cached, total, secondsLeft) = (cached, toRun, expected)
    case .started(let step, _):
      running.append(Running(step: step.identity, label: step.label, fraction: 0, message: ""))
    case .progress(let step, let fraction, let message):
      guard let index = running.firstIndex(where: { $0.step == step.identity }) else { return }
      (running[index].fraction, running[index].message) = (fraction, message)
    case .finished(let step, _, _), .shared(let step):
      finished += 1
      running.removeAll { $0.step == step.identity }
    case .failed(let step, _, _):
      failed += 1
      running.removeAll { $0.step == step.identity }
    case .interrupted(let step): running.removeAll { $0.step == step.identity }
    case .remaining(let steps, let seconds):
      total = max(total, finished + failed + running.count + steps)
      secondsLeft = seconds
    case .skipped, .warning: break
    }
  }
}

extension Store {
  func board(_ name: String) -> String { "\(root)/runs/\(name).json" }
  func boardLock(_ name: String) -> String { "\(root)/runs/\(name).lock" }

  /// The runs on this store that have a board, and whether each is still going on. Writes nothing.
  public func runs() -> [(status: RunStatus, isAlive: Bool)] { boards().map { ($0.status, $0.isAlive) } }

  private func boards() -> [(name: String, status: RunStatus, isAlive: Bool)] {
    let names = (try? POSIXFileSystem().sortedNames(in: "\(root)/runs")) ?? []
    return names.filter { $0.hasSuffix(".json") }.compactMap { file in
      let name = String(file.dropLast(".json".count))
      guard let bytes = try? POSIXFileSystem().contents(of: board(name)),
        let status = try? JSON(parsing: bytes).decode(RunStatus.self)
      else { return nil }
      return (name, status, FileLock.isHeld(boardLock(name)))
    }
  }

  /// Removes the boards of runs that ended without taking theirs down.
  ///
  /// By the names of their files: what a board says of itself may lead anywhere.
  public func sweepBoards() {
    for (name, _, isAlive) in boards() where !isAlive {
      try? POSIXFileSystem().removeFile(board(name))
      try? POSIXFileSystem().removeFile(boardLock(name))
    }
  }
}
