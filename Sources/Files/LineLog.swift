/// A file of lines, one JSON value each, that grows while a run is going on.
///
/// Every line goes out in one `write` at the end of the file, so that lines of several processes do not mix and a crash
/// can tear only the last one. `read` leaves torn lines out, and an appender never continues one: it starts a new line.
public final class LineLog<Files: FileSystem>: Sendable {
  public let path: String
  private let files: Files
  private let file: OpenFile

  /// Opens the file to append to it, and creates it when missing.
  ///
  /// - Parameter access: `.streaming` for a path that a user has named, which may be a terminal or a pipe.
  public init(
    appendingTo path: String, as access: FileAccess = .appending, using files: Files = POSIXFileSystem()
  ) throws(FileError) {
    self.path = path
    self.files = files
    file = try retryingInterrupted { () throws(FileError) in try files.open(path, for: access) }
    // Where this fails, `deinit` closes the file: it runs for every object whose properties are all set.
    try endTornLine()
  }

  deinit { try? files.close(file) }

  /// Appends one line; the text must not contain a line break, which canonical JSON never does.
  public func append(_ line: String) throws(FileError) {
    precondition(!line.utf8.contains(UInt8(ascii: "\n")), "a line of a log cannot contain a line break")
    try put(Array((line + "\n").utf8))
  }

  /// Appends one value as canonical JSON.
  public func append(_ value: JSON) throws(FileError) { try append(value.canonical) }

  /// Waits until all lines are on the device.
  public func synchronize() throws(FileError) {
    try retryingInterrupted { () throws(FileError) in try files.synchronize(file) }
  }

  private func endTornLine() throws(FileError) {
    let size = try retryingInterrupted { () throws(FileError) in
      try files.status(of: path, followingLinks: true)
    }.size
    guard size > 0 else { return }
    var last: UInt8 = 0
    _ = try withUnsafeMutableBytes(of: &last) { (buffer) throws(FileError) in
      try retryingInterrupted { () throws(FileError) in try files.read(file, into: buffer, at: size - 1) }
    }
    if last != UInt8(ascii: "\n") { try put([UInt8(ascii: "\n")]) }
  }

  private func put(_ bytes: [UInt8]) throws(FileError) {
    try files.writeAll(bytes, to: file)
  }
}

extension LineLog where Files == POSIXFileSystem {
  /// The values of a log in order, and how many lines were torn or are no JSON.
  public static func read(
    _ path: String, using files: some FileSystem = POSIXFileSystem()
  ) throws(FileError) -> (values: [JSON], torn: Int) {
    var values: [JSON] = []
    var torn = 0
    let contents = try files.contents(of: path)
    let lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // What follows the last line break is empty, or a line whose write has not been finished.
    for line in lines.dropLast() where !line.isEmpty {
      if let value = try? JSON(parsing: Array(line)) { values.append(value) } else { torn += 1 }
    }
    return (values, torn + (lines.last?.isEmpty == false ? 1 : 0))
  }
}

extension DurableFile {
  /// Appends one line to a file of lines in one `write`; see `LineLog` for many lines.
  public static func append(
    line: String, to path: String, using files: some FileSystem = POSIXFileSystem()
  ) throws(FileError) {
    try LineLog(appendingTo: path, using: files).append(line)
  }
}
