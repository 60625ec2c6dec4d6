import ArgumentParser
import Files
import Foundation

/// The command line: one file per subcommand.
@main
struct Retable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retable",
    abstract: "Reproduce the tables of published papers, with a verdict for every number.",
    discussion: """
      Name a table and Retable trains the models, extracts the features, fits the classifiers, scores them, and prints \
      the paper's table with measured numbers beside the published ones. Finished steps are kept, so an interrupted \
      run continues where it stopped.

        retable run dsprites                    minutes, small networks
        retable run dsprites --profile desk     hours, the paper's networks
        retable explain dsprites beta-vae score
      """,
    version: Version.text,
    subcommands: [
      ListCommand.self, DescribeCommand.self, ValidateCommand.self, SchemaCommand.self, PlanCommand.self,
      RunCommand.self, ScoreCommand.self, StatusCommand.self, CheckCommand.self, AcceptCommand.self,
      DiffCommand.self, ReportCommand.self, ExplainCommand.self, ExportCommand.self, SiteCommand.self,
      DataCommand.self, StoreCommand.self, DoctorCommand.self,
      WorkerCommand.self, ReadResultsCommand.self, ManualCommand.self,
    ])

  static func main() async {
    Signals.ignoreFileSizeLimit()
    do {
      try checkArguments()
      var command = try parseAsRoot()
      try UserEnvironment().check()
      if var asynchronous = command as? AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let failure as CommandFailure {
      failure.leave()
    } catch {
      Retable.leave(with: error)
    }
  }

  /// Swift replaces bytes that are no UTF-8, and a file of the changed name is never there.
  private static func checkArguments() throws {
    let arguments = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
    for argument in arguments.dropFirst() {
      guard let argument, String(validatingCString: argument) == nil else { continue }
      let bytes = UnsafeBufferPointer(start: argument, count: strlen(argument)).map { UInt8(bitPattern: $0) }
      let text = bytes.map { byte in
        (0x20...0x7E).contains(byte)
          ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
      throw CommandFailure(
        "error: the argument '\(text.joined())' is not UTF-8 text, which file names have to be here. Rename the file, "
          + "or reach it by a link with another name.", code: .usage)
    }
  }

  /// Usage errors are exit code 2, as for a wrong manifest.
  private static func leave(with error: any Error) -> Never {
    let code = exitCode(for: error)
    if code.isSuccess || code == .validationFailure {
      let text = fullMessage(for: error)
      if code.isSuccess {
        Terminal.print(text)
        ExitCode.success.leave()
      }
      Terminal.error(text)
      ExitCode.usage.leave()
    }
    CommandFailure(error).leave()
  }
}

enum Version {
  static let text = "0.1.0"
  /// The day of the version, for the manual page.
  static let date = "November 25, 2026"
}
