import Foundation

/// Lines from a pipe as they arrive, read straight from the descriptor.
///
/// The C library's `stdin` would not do: a thread that waits in it holds its lock, and flushing any stream of the
/// process then waits for a line that may never come.
struct LineReader {
  private let file: FileHandle
  private var buffer = Data()

  init(_ file: FileHandle) {
    self.file = file
  }

  /// The next line without its newline; nil at the end. A last line without a newline is torn and dropped.
  mutating func next() -> Data? {
    while true {
      if let newline = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Data(buffer[..<newline])
        buffer = Data(buffer[buffer.index(after: newline)...])
        return line
      }
      let chunk = file.availableData
      if chunk.isEmpty { return nil }
      buffer.append(chunk)
    }
  }
}
