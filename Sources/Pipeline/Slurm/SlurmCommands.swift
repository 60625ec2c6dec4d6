import Files
import Foundation

/// Slurm's programs, each given only so long to answer.
struct SlurmCommands: Sendable {
  /// Everything the programs see; they are found on its `PATH`.
  let environment: [String: String]
  let limit: Duration

  enum Submission: Equatable {
    /// The number of the array.
    case accepted(String)
    /// Slurm may take the same job later, or has taken it already and could not say so.
    case unanswered(String)
    case refused(String)
  }

  func submit(_ arguments: [String]) -> Submission {
    switch run("sbatch", arguments) {
    case .ended(0, let output, _):
      let id = output.split(separator: "\n").last.map { String($0.prefix { $0 != ";" }) } ?? ""
      guard !id.isEmpty, id.allSatisfy(\.isNumber) else {
        return .unanswered("sbatch printed no job number but '\(SlurmCommands.line(of: output))'")
      }
      return .accepted(id)
    case .ended(let code, let output, let errors):
      let text = SlurmCommands.line(of: errors.isEmpty ? output : errors)
      return SlurmCommands.passes(text)
        ? .unanswered("sbatch: \(text)")
        : .refused("sbatch refused it (exit code \(code)): \(text)")
    case .hung: return .unanswered("sbatch did not answer in \(said(limit))")
    case .notStarted(let error): return .unanswered("sbatch: \(error)")
    case .notFound:
      return .refused("sbatch was not found on PATH; run this where Slurm's commands are installed")
    }
  }

  /// The jobs of this user; nil where squeue did not answer.
  func listing() -> SlurmListing? {
    // Jobs that ended in the last minutes are asked for too: their state is a hint that needs no accounting.
    let arguments = [
      "--noheader", "--array", "--states=all", "--user=\(getuid())", "--format=\(SlurmListing.format)",
    ]
    guard case .ended(0, let output, _) = run("squeue", arguments) else { return nil }
    return SlurmListing(parsing: output)
  }

  /// What accounting remembers of a job: a word such as `TIMEOUT`, or nil where there is no accounting, which is common.
  func accounting(of job: String) -> String? {
    let arguments = ["--noheader", "--parsable2", "--allocations", "--jobs=\(job)", "--format=State"]
    guard case .ended(0, let output, _) = run("sacct", arguments) else { return nil }
    // "CANCELLED by 1000"
    return output.split(separator: "\n").last?.split(separator: " ").first.map(String.init)
  }

  /// Lets pending jobs go, and sends running ones a signal, or ends them where there is none.
  func cancel(_ jobs: [String], signal: String? = nil) {
    guard !jobs.isEmpty else { return }
    if let signal {
      _ = run("scancel", ["--quiet", "--state=PENDING"] + jobs)
      _ = run("scancel", ["--quiet", "--batch", "--signal=\(signal)"] + jobs)
    } else {
      _ = run("scancel", ["--quiet"] + jobs)
    }
  }

  /// Puts a running job back into the queue; what went wrong, or nil.
  func requeue(_ job: String) -> String? {
    switch run("scontrol", ["requeue", job]) {
    case .ended(0, _, _): nil
    case .ended(let code, _, let errors):
      "scontrol requeue \(job): exit code \(code), \(SlurmCommands.line(of: errors))"
    case .hung: "scontrol requeue \(job) did not answer in \(said(limit))"
    case .notStarted(let error): "scontrol: \(error)"
    case .notFound: "scontrol was not found on PATH"
    }
  }

  private func run(_ program: String, _ arguments: [String]) -> BoundedProcess.Outcome {
    BoundedProcess.run(program, arguments, environment: environment, within: limit)
  }

  private func said(_ limit: Duration) -> String { "\(max(1, limit.components.seconds)) s" }

  /// The last line that says something: Slurm puts the reason there.
  private static func line(of text: String) -> String {
    let line = text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? ""
    // "sbatch: error: Batch job submission failed: Invalid partition name specified"
    let words = line.split(separator: " ")
    let reason = words.drop { $0.hasSuffix(":") }.joined(separator: " ")
    return reason.isEmpty ? "no reason given" : reason
  }

  /// Whether waiting may help: the controller is busy or away, or a limit on jobs in the queue is reached.
  private static func passes(_ text: String) -> Bool {
    let signs = [
      "temporarily", "timed out", "Unable to contact", "Connection refused", "submit limit", "SubmitJob",
      "Zero Bytes", "Socket", "Resource temporarily",
    ]
    return signs.contains { text.range(of: $0, options: .caseInsensitive) != nil }
  }
}
