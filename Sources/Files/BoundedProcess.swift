import Foundation
import Glibc

/// A tool that is run for what it says, and waited for only so long: one that asks a server may hang for ever when the server
/// is away.
public enum BoundedProcess {
  public enum Outcome: Hashable, Sendable {
    /// `code` is as a shell gives it: 128 and the signal's number after a signal.
    case ended(code: Int32, output: String, errors: String)
    /// Did not end in time and was killed, with everything in its process group.
    case hung
    case notFound
    /// Is there and could not be started.
    case notStarted(FileError)
  }

  /// How much of either output is kept, in bytes. What a tool says beyond that is read and dropped.
  static let capacity = 64 << 20

  /// Runs a program without input to its end. What it may have left in the background is not waited for.
  ///
  /// - Parameters:
  ///   - program: a name that is looked up on the `PATH` of `environment`, or a path.
  ///   - environment: everything the child sees.
  ///   - folder: where it starts, or nil for this process's working directory.
  public static func run(
    _ program: String, _ arguments: [String], environment: [String: String], folder: String? = nil,
    within limit: Duration
  ) -> Outcome {
    let deadline = ContinuousClock.now + limit
    guard let path = Paths.program(program, environment: environment) else { return .notFound }
    do throws(FileError) {
      let output = try ChildProcess.Pipe(for: path)
      defer { close(output.reading) }
      let errors: ChildProcess.Pipe
      do throws(FileError) { errors = try ChildProcess.Pipe(for: path) } catch {
        close(output.writing)
        throw error
      }
      defer { close(errors.reading) }
      let child: ChildProcess
      do {
        // Our copies of the writing sides go at once: a pipe ends when nobody can write into it.
        defer { for pipe in [output, errors] { close(pipe.writing) } }
        child = try ChildProcess(
          path, arguments, environment: environment, folder: folder,
          output: .descriptor(output.writing), errors: .descriptor(errors.writing))
      }
      var streams = [Incoming(output.reading), Incoming(errors.reading)]
      guard read(&streams, of: child, until: deadline) else {
        child.kill()
        return .hung
      }
      let code: Int32 =
        switch child.wait() {
        case .exited(let code): code
        case .signalled(let signal): 128 + signal
        }
      return .ended(code: code, output: streams[0].text, errors: streams[1].text)
    } catch {
      return error.isMissing ? .notFound : .notStarted(error)
    }
  }

  /// Reads both streams until the child has ended, and then what is in them by then; false when it did not end in time.
  private static func read(
    _ streams: inout [Incoming], of child: ChildProcess, until deadline: ContinuousClock.Instant
  ) -> Bool {
    while true {
      // A descriptor of -1 is left out.
      var requests = streams.map {
        pollfd(fd: $0.isOpen ? $0.descriptor : -1, events: Int16(POLLIN), revents: 0)
      }
      requests.append(pollfd(fd: child.ended, events: Int16(POLLIN), revents: 0))
      let left = deadline - .now
      guard left > .zero else { return false }
      let milliseconds =
        min(left.components.seconds, 1_000_000) * 1000
        + left.components.attoseconds / 1_000_000_000_000_000
      // A signal or a limit that lies beyond the longest wait: look at everything again.
      guard poll(&requests, nfds_t(requests.count), Int32(milliseconds) + 1) > 0 else { continue }
      for index in streams.indices where requests[index].revents != 0 { streams[index].read() }
      if requests[streams.count].revents != 0 {
        for index in streams.indices { streams[index].readWhatIsThere() }
        return true
      }
    }
  }

  /// One output of a child, as it arrives.
  private struct Incoming {
    let descriptor: Int32
    private var bytes: [UInt8] = []
    private(set) var isOpen = true

    init(_ descriptor: Int32) {
      self.descriptor = descriptor
      // Whoever else holds the writing side may keep it open and silent.
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// One read; false when there was nothing.
    @discardableResult
    mutating func read() -> Bool {
      guard isOpen else { return false }
      var part = [UInt8](repeating: 0, count: 1 << 16)
      let count = Glibc.read(descriptor, &part, part.count)
      if count > 0 { bytes += part.prefix(min(count, BoundedProcess.capacity - bytes.count)) }
      if count == 0 { isOpen = false }
      return count > 0
    }

    /// What a pipe can hold, and no more: somebody whom the child left behind may write on and on.
    mutating func readWhatIsThere() {
      for _ in 0..<16 where !read() { return }
    }
  }
}
