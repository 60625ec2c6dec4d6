import Glibc

/// Signals whose default would end the process where an error is wanted.
public enum Signals {
  private static let fileSizeLimitIsIgnored: Void = ignore(SIGXFSZ)
  private static let brokenPipesAreIgnored: Void = ignore(SIGPIPE)

  /// Makes a write beyond the file size limit (`ulimit -f`) fail with `EFBIG`, which counts as a full disk.
  ///
  /// The default action of `SIGXFSZ` is to end the process without a word. Child processes inherit the choice. Repeated
  /// calls do nothing.
  public static func ignoreFileSizeLimit() { fileSizeLimitIsIgnored }

  /// Makes a write to a process that has ended fail with `EPIPE`, for processes that speak to others through pipes.
  ///
  /// The default action of `SIGPIPE` is to end the process without a word. ``ChildProcess`` gives children the default back.
  /// Repeated calls do nothing.
  public static func ignoreBrokenPipes() { brokenPipesAreIgnored }

  private static func ignore(_ number: Int32) {
    // A handler that somebody installed knowingly stays; only the default, which ends the process, is replaced.
    var current = sigaction()
    guard sigaction(number, nil, &current) == 0, current.sa_flags & SA_SIGINFO == 0,
      current.__sigaction_handler.sa_handler == nil
    else { return }
    signal(number, SIG_IGN)
  }
}
