import Console
import Dispatch
import Files
import Foundation
import Pipeline
import Synchronization

/// A step that a worker is on.
private struct RunningStep {
  let step: Step
  let started = Date()
  var fraction = 0.0
  var message = ""
  /// The first report: a step that goes on from a checkpoint does not start at 0.
  private var first: (time: Date, fraction: Double)?

  init(step: Step) {
    self.step = step
  }

  mutating func advance(to fraction: Double, _ message: String) {
    // A step that waits in a cluster's queue reports 0, and has no speed yet.
    if first == nil, fraction > 0 { first = (Date(), fraction) }
    self.fraction = fraction
    self.message = message
  }

  /// From the speed since the first report; empty while too little is done to tell.
  var timeLeft: String {
    guard let first, fraction - first.fraction > 0.02 else { return "" }
    let spent = Date().timeIntervalSince(first.time)
    return "\(Say.duration(spent / (fraction - first.fraction) * (1 - fraction))) left"
  }

  /// For the live region. A step that does not say how far it is shows how long it has been at it.
  var entry: LiveRegion.Entry {
    let seconds = Date().timeIntervalSince(started)
    let elapsed = seconds < 1 ? "" : "for \(Say.duration(seconds))"
    return LiveRegion.Entry(
      label: step.label, fraction: first == nil ? nil : fraction, message: message,
      time: timeLeft.isEmpty ? elapsed : timeLeft)
  }
}

/// Shows a run on standard error: one live region on a terminal, plain lines elsewhere; events as JSON lines too.
final class Progress: RunObserver {
  private let display: Mutex<Display>

  init(quiet: Bool, events: String?) throws {
    // Whoever reads the events may leave.
    Signals.ignoreBrokenPipes()
    let live = !quiet && isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    let events = try events.map { try LineLog(appendingTo: $0, as: .streaming) }
    display = Mutex(Display(live: live, quiet: quiet, events: events))
    if live { startClock() }
  }

  /// Times go on where no step reports anything.
  private func startClock() {
    display.withLock { display in
      let clock = DispatchSource.makeTimerSource(queue: .global())
      clock.schedule(deadline: .now() + 1, repeating: 1)
      clock.setEventHandler { [weak self] in
        self?.display.withLock { $0.draw() }
      }
      clock.resume()
      display.clock = clock
    }
  }

  func handle(_ event: RunEvent) {
    display.withLock { display in
      display.append(event)
      display.take(event)
      display.draw()
    }
  }

  /// Clears the live region.
  func end() {
    display.withLock { $0.end() }
  }
}

/// What is shown, and what stands on the terminal.
private struct Display {
  let live: Bool
  let quiet: Bool
  /// Where every event goes too, while it can be written there.
  private var events: LineLog<POSIXFileSystem>?
  var clock: (any DispatchSourceTimer)?
  private let colour = Terminal.isColoured(2)
  private var running: [RunningStep] = []
  private var total = 0
  private var finished = 0
  private var secondsLeft = 0.0
  /// When `secondsLeft` was reckoned: it goes down between two estimates.
  private var estimated = Date()
  private var screen = Screen()
  private var lastDrawing = Date.distantPast
  private var lastLine: [String: Date] = [:]
  /// Steps that were given up since the last line, by the step that failed: they stand together in one.
  private var skipped: [(because: String, steps: Int)] = []

  init(live: Bool, quiet: Bool, events: LineLog<POSIXFileSystem>?) {
    (self.live, self.quiet, self.events) = (live, quiet, events)
  }

  /// Events that cannot be written are no reason to stop a run.
  mutating func append(_ event: RunEvent) {
    do {
      try events?.append(event.json)
    } catch {
      events = nil
      take(.warning("no more events are written: \(error)"))
    }
  }

  mutating func take(_ event: RunEvent) {
    if case .skipped(_, let because) = event {
      if skipped.last?.because == because.label {
        skipped[skipped.count - 1].steps += 1
      } else {
        skipped.append((because.label, 1))
      }
      return
    }
    saySkipped()
    switch event {
    case .planned(let cached, let toRun, let expected):
      (total, secondsLeft, estimated) = (toRun, expected, Date())
      if toRun == 0 {
        say("nothing to run: \(Say.count(cached, "step")) cached")
      } else {
        say("\(Say.count(toRun, "step")) to run, \(cached) cached, about \(Say.duration(expected))")
      }
    case .started(let step, _):
      running.append(RunningStep(step: step))
      if !live { say("start  \(step.label)") }
    case .progress(let step, let fraction, let message):
      update(step, fraction, message)
    case .finished(let step, let seconds, let peak):
      finish(step)
      say("done   \(step.label)  \(Say.duration(seconds)), \(Say.bytes(peak))  [\(finished)/\(total)]")
    case .shared(let step):
      finish(step)
      say("done   \(step.label)  by another process  [\(finished)/\(total)]")
    case .failed(let step, let failure, let log):
      finish(step)
      report("\(paint("FAILED", .red)) \(step.label): \(failure.message)\n       log: \(log)")
    case .skipped: break
    case .interrupted(let step):
      running.removeAll { $0.step.identity == step.identity }
      say("stop   \(step.label)")
    case .warning(let text): report("\(paint("warning:", .yellow)) \(text)")
    case .remaining(let steps, let seconds):
      total = max(total, finished + running.count + steps)
      (secondsLeft, estimated) = (seconds, Date())
    }
  }

  private mutating func saySkipped() {
    for (because, steps) in skipped {
      say("skip   \(Say.count(steps, "step")) for want of '\(because)'")
    }
    skipped = []
  }

  mutating func end() {
    clock?.cancel()
    saySkipped()
    running = []
    write("")
  }

  private mutating func update(_ step: Step, _ fraction: Double, _ message: String) {
    guard let index = running.firstIndex(where: { $0.step.identity == step.identity }) else { return }
    running[index].advance(to: fraction, message)
    // A plain line a minute shows that a long step lives.
    guard !live, Date().timeIntervalSince(lastLine[step.identity] ?? running[index].started) > 60 else {
      return
    }
    lastLine[step.identity] = Date()
    let parts = [message, running[index].timeLeft].filter { !$0.isEmpty }
    say("       \(step.label): \(parts.joined(separator: ", "))")
  }

  private mutating func finish(_ step: Step) {
    running.removeAll { $0.step.identity == step.identity }
    finished += 1
  }

  private mutating func say(_ line: String) {
    guard !quiet else { return }
    report(line)
  }

  private mutating func report(_ line: String) {
    guard live else { return Terminal.error(line) }
    write(Style.safe(line, colour: colour) + "\n")
  }

  private func paint(_ text: String, _ style: Style) -> String { style.paint(text, colour: colour) }

  // MARK: - The live region

  mutating func draw() {
    guard live, !running.isEmpty, screen.isEmpty || Date().timeIntervalSince(lastDrawing) > 0.1 else {
      return
    }
    write("")
  }

  /// Writes text above the live region and draws that anew.
  private mutating func write(_ text: String) {
    guard live else { return }
    lastDrawing = Date()
    var region = LiveRegion()
    region.entries = running.map(\.entry)
    (region.finished, region.total) = (finished, total)
    let left = secondsLeft - Date().timeIntervalSince(estimated)
    region.time = left < 1 ? "" : "about \(Say.duration(left)) left"
    let size = Terminal.size
    let lines = running.isEmpty ? [] : region.lines(width: size.width, height: size.height, colour: colour)
    let output = screen.replace(with: lines, above: text, width: size.width)
    Terminal.draw(output)
  }
}
