import Glibc

/// Signals whose default would end the process where an error is wanted.
public enum Signals {
  private static let fileSizeLimitIsIgnored: Void = {
    // A handler that somebody installed knowingly stays; only the default, which ends the process, is replaced.
    var current = sigaction()
    guard sigaction(SIGXFSZ, nil, &current) == 0, current.sa_flags & SA_SIGINFO == 0,
      current.__sigaction_handler.sa_handler == nil
    else { return }
    signal(SIGXFSZ, SIG_IGN)
  }()

  /// Makes a write beyond the file size limit (`ulimit -f`) fail with `EFBIG`, which counts as a full disk.
  ///
  /// The default action of `SIGXFSZ` is to end the process without a word. Child processes inherit the choice. Repeated
  /// calls do nothing.
  public static func ignoreFileSizeLimit() { fileSizeLimitIsIgnored }
}
