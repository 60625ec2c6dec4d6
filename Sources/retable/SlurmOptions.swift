import ArgumentParser
import Foundation
import Pipeline

/// Where steps run.
enum ExecutorChoice: String, ExpressibleByArgument, CaseIterable {
  case local, slurm
}

/// How steps are handed to Slurm.
struct SlurmOptions: ParsableArguments {
  @Option(
    name: .customLong("slurm-time"),
    help: ArgumentHelp(
      "Time limit of each Slurm job (default: from earlier steps, with room). A training goes on after a checkpoint.",
      valueName: "minutes"))
  var minutes: Int?

  @Option(help: "The Slurm partition (default: the cluster's).") var partition: String?

  // What is meant for sbatch begins with a dash and is a value all the same.
  @Option(
    name: .customLong("slurm-args"), parsing: .unconditional,
    help: ArgumentHelp(
      "Further arguments of sbatch, such as \"--account=vision --qos=long\"; they override ours.",
      valueName: "arguments"))
  var arguments: String?

  @Option(
    name: .customLong("slurm-poll"),
    help: ArgumentHelp("How often Slurm is asked (default: 10).", valueName: "seconds"))
  var poll: Double?

  func validate() throws {
    if let minutes, minutes < 1 { throw ValidationError("--slurm-time must be at least 1 minute") }
    if let poll, !(poll > 0 && poll <= 86_400) {
      throw ValidationError("--slurm-poll must be positive, and at most a day")
    }
    if let arguments, SlurmSettings.split(arguments) == nil {
      throw ValidationError("--slurm-args has a quote that is not closed: \(arguments)")
    }
  }

  var isGiven: Bool { minutes != nil || partition != nil || arguments != nil || poll != nil }

  var settings: SlurmSettings {
    var settings = SlurmSettings()
    settings.minutes = minutes
    settings.partition = partition
    settings.arguments = arguments.flatMap(SlurmSettings.split) ?? []
    if let poll { settings.pollInterval = .milliseconds(Int(poll * 1000)) }
    return settings
  }
}
