import Foundation

/// A child process that is waited for only so long: a tool that asks a server may hang for ever when the server is away.
enum BoundedProcess {
  enum Outcome: Equatable, Sendable {
    case ended(code: Int32, output: String, errors: String)
    /// Did not end in time and was killed, with everything it had started.
    case hung
    case notFound
  }

  /// - Parameters:
  ///   - program: a name that is looked up on the `PATH` of `environment`, or a path.
  ///   - environment: everything the child sees.
  static func run(
    _ program: String, _ arguments: [String], environment: [String: String], within limit: Duration
  ) -> Outcome {
    guard let path = find(program, environment) else { return .notFound }
    // Files and not pipes: a grandchild that keeps a pipe open would be waited for after the child is gone.
    guard let output = tmpfile() else { return .notFound }
    defer { fclose(output) }
    guard let errors = tmpfile() else { return .notFound }
    defer { fclose(errors) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(fileDescriptor: fileno(output))
    process.standardError = FileHandle(fileDescriptor: fileno(errors))
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do {
      try process.run()
    } catch {
      return .notFound
    }
    guard ended.wait(timeout: .now() + seconds(limit)) == .success else {
      // Foundation starts every child in a process group of its own.
      kill(-process.processIdentifier, SIGKILL)
      kill(process.processIdentifier, SIGKILL)
      _ = ended.wait(timeout: .now() + 2)
      return .hung
    }
    return .ended(code: process.terminationStatus, output: text(of: output), errors: text(of: errors))
  }

  private static func find(_ program: String, _ environment: [String: String]) -> String? {
    if program.contains("/") { return program }
    return (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static func text(of file: UnsafeMutablePointer<FILE>) -> String {
    // The child wrote through the same open file and left its position at the end.
    rewind(file)
    let bytes = FileHandle(fileDescriptor: fileno(file)).readDataToEndOfFile()
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func seconds(_ limit: Duration) -> Double {
    Double(limit.components.seconds) + Double(limit.components.attoseconds) * 1e-18
  }
}
