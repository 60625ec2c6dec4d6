import Files
import Pipeline

extension RunEvent {
  /// The event as a line of `--events`.
  var json: JSON {
    switch self {
    case .planned(let cached, let toRun, let expected):
      [
        "event": "planned", "cached": .int(cached), "to-run": .int(toRun),
        "expected-seconds": .number(expected),
      ]
    case .started(let step, _):
      ["event": "started", "step": .string(step.identity), "label": .string(step.label)]
    case .progress(let step, let fraction, let message):
      [
        "event": "progress", "step": .string(step.identity), "fraction": .number(fraction),
        "message": .string(message),
      ]
    case .finished(let step, let seconds, let peak):
      [
        "event": "finished", "step": .string(step.identity), "label": .string(step.label),
        "seconds": .number(seconds), "peak-memory": .int(peak),
      ]
    case .shared(let step): ["event": "shared", "step": .string(step.identity)]
    case .failed(let step, let failure, let log):
      [
        "event": "failed", "step": .string(step.identity), "label": .string(step.label),
        "cause": .string(failure.cause.rawValue), "message": .string(failure.message), "log": .string(log),
      ]
    case .skipped(let step, let because):
      ["event": "skipped", "step": .string(step.identity), "because": .string(because.identity)]
    case .interrupted(let step): ["event": "interrupted", "step": .string(step.identity)]
    case .warning(let text): ["event": "warning", "message": .string(text)]
    case .remaining(let steps, let seconds):
      ["event": "remaining", "steps": .int(steps), "seconds": .number(seconds)]
    }
  }
}
