import CSpawn
import Foundation
import Glibc
import Synchronization

/// A program that runs as a child of this process, in a process group of its own.
///
/// Foundation's `Process` takes a child for running as long as anybody holds a descriptor that it gave that child: a tool that
/// leaves something behind in the background "ends" when that does. Here the kernel is asked for the child itself, by a
/// thread that does nothing else, so neither other processes nor a busy thread pool can delay the answer. The child
/// gets the three standard streams and no other descriptor of ours.
public final class ChildProcess: Sendable {
  /// How a process ended.
  public enum End: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// What one of the three standard streams is to the child.
  public enum Stream: Sendable {
    /// Nothing to read, and writing goes nowhere.
    case null
    /// The same as of this process.
    case inherited
    case descriptor(Int32)
  }

  /// The process, and its group. It may belong to another process once this one has ended.
  public let id: pid_t
  private let end: Mutex<End?>
  /// Becomes readable when the process has ended: the thread that waits for it then closes the other side.
  let ended: Int32

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - path: the file; see ``Paths/program(_:environment:)``.
  ///   - environment: everything the child sees.
  ///   - folder: where the child starts, or nil for this process's working directory.
  /// - Throws: an error of the operation `start` with the code of the failed call.
  public init(
    _ path: String, _ arguments: [String], environment: [String: String], folder: String? = nil,
    input: Stream = .null, output: Stream = .inherited, errors: Stream = .inherited
  ) throws(FileError) {
    let pipe = try Pipe(for: path)
    do {
      id = try ChildProcess.spawn(
        path, arguments, environment, folder, streams: [(0, input), (1, output), (2, errors)])
    } catch {
      pipe.close()
      throw error
    }
    ended = pipe.reading
    end = Mutex(nil)
    Thread.detachNewThread { [self] in
      // The process stays a zombie until its end is noted, so that its number is nobody else's when `kill` uses it.
      var info = siginfo_t()
      while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
      end.withLock {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        $0 = signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
      }
      Glibc.close(pipe.writing)
    }
  }

  deinit { Glibc.close(ended) }

  /// Waits until the process itself has ended, whatever it may have left behind.
  @discardableResult
  public func wait() -> End {
    while true {
      if let end = end.withLock({ $0 }) { return end }
      var request = pollfd(fd: ended, events: Int16(POLLIN), revents: 0)
      poll(&request, 1, -1)
    }
  }

  /// Ends the process and everything in its group at once; does nothing when the process has ended.
  public func kill() {
    end.withLock {
      guard $0 == nil else { return }
      Glibc.kill(-id, SIGKILL)
    }
  }
}

extension ChildProcess {
  /// A pipe to or from a child, whose sides lie above the standard streams, and which no other child inherits. Whoever
  /// makes it closes both sides.
  public struct Pipe: Sendable {
    public let reading, writing: Int32

    /// - Throws: an error of the operation `start`, such as too many open files.
    public init(for program: String) throws(FileError) {
      var sides: [Int32] = [-1, -1]
      guard Glibc.pipe(&sides) == 0 else { throw FileError("start", program, code: errno) }
      defer { for side in sides { Glibc.close(side) } }
      reading = fcntl(sides[0], F_DUPFD_CLOEXEC, 3)
      writing = fcntl(sides[1], F_DUPFD_CLOEXEC, 3)
      guard reading >= 0, writing >= 0 else {
        let code = errno
        close()
        throw FileError("start", program, code: code)
      }
    }

    public func close() { for side in [reading, writing] where side >= 0 { Glibc.close(side) } }
  }

  private static func spawn(
    _ path: String, _ arguments: [String], _ environment: [String: String], _ folder: String?,
    streams: [(number: Int32, stream: Stream)]
  ) throws(FileError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in streams {
      switch stream {
      case .null: posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
      case .inherited: break
      case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, number)
      }
    }
    if let folder { posix_spawn_file_actions_addchdir_np(&actions, folder) }
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    // What a thread of ours blocks, or this process ignores for reasons of its own, a program that knows nothing of us must not.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // Where the user may (root, and so most containers), Dispatch gives its threads a priority of its own, and a child has that of
    // the thread which starts it: without this, `nice retable run` would train as urgently as without `nice`. The main
    // thread keeps what it was given.
    let process = __priority_which_t(PRIO_PROCESS.rawValue)
    setpriority(process, 0, getpriority(process, id_t(getpid())))

    var words = ([path] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, path, &actions, &attributes, &words, &variables)
    guard code == 0 else { throw FileError("start", path, code: code) }
    return id
  }
}
