import Glibc
import Synchronization

/// The processor time that this process may take.
public enum ProcessorTime {
  private struct Guarded {
    var count = 0
    var former = rlimit()
  }

  /// Calls that are under way, by any thread, and the limit from before the first of them.
  private static let guarded = Mutex(Guarded())

  private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_CPU.rawValue) }

  /// Runs `body`, and ends this process by SIGXCPU where it takes more than so many seconds of processor time, all threads
  /// together: a guard for calls of libraries that may never come back, in a process that others can do without.
  ///
  /// A lower limit that holds already stays.
  public static func limited<R>(to seconds: Int, _ body: () throws -> R) rethrows -> R {
    guarded.withLock { guarded in
      if guarded.count == 0 { getrlimit(resource, &guarded.former) }
      guarded.count += 1
      var used = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
      var limit = guarded.former
      limit.rlim_cur = min(limit.rlim_cur, rlim_t(used.tv_sec + seconds + 1))
      setrlimit(resource, &limit)
    }
    defer {
      guarded.withLock { guarded in
        guarded.count -= 1
        if guarded.count == 0 { setrlimit(resource, &guarded.former) }
      }
    }
    return try body()
  }
}
