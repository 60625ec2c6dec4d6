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
    try check(minutes, in: 1...5_256_000, "--slurm-time", "minutes")
    try check(poll, in: 0.01...86_400, "--slurm-poll", "seconds")
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
