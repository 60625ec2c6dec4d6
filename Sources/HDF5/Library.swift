import CHDF5
import Foundation

/// The HDF5 library, which has one owner at a time: every call goes through `perform`.
enum Library {
  /// Recursive, since a handle may be closed by its `deinit` while its owner performs something else.
  private static let lock = NSRecursiveLock()

  private static let isPrepared: Void = {
    // After a write that failed on a full disk the library crashes in its exit handler, which only closes what its
    // users left open. We leave nothing open.
    H5dont_atexit()
    H5open()
    // A file can name a filter, and the library would load the program that answers to it.
    H5PLset_loading_state(0)
  }()

  static func perform<Value>(_ body: () throws(HDF5Error) -> Value) throws(HDF5Error) -> Value {
    lock.lock()
    defer { lock.unlock() }
    isPrepared
    // Printing is switched per thread, hence here. The messages are fetched by `takeErrorMessage`.
    H5Eset_auto2(CHDF5_H5E_DEFAULT(), nil, nil)
    return try body()
  }

  /// For `deinit`, where nobody is left to be told about an error.
  static func performQuietly(_ body: () -> Void) {
    lock.lock()
    defer { lock.unlock() }
    H5Eset_auto2(CHDF5_H5E_DEFAULT(), nil, nil)
    body()
  }

  nonisolated(unsafe) private static var names = 0

  /// A name for a file in memory, to be asked for inside `perform`. The library takes two files of one name that are open
  /// at once for the same file.
  static func uniqueName() -> String {
    names += 1
    return "retable-memory-\(names)"
  }

  /// What the failed call has left on this thread's error stack: the first cause, and what it made impossible.
  static func takeErrorMessage() -> String {
    var messages: [String] = []
    withUnsafeMutablePointer(to: &messages) { messages in
      _ = H5Ewalk2(
        CHDF5_H5E_DEFAULT(), H5E_WALK_UPWARD,
        { _, entry, messages in
          guard let text = entry?.pointee.desc, let messages else { return 0 }
          let message = Library.tidied(String(cString: text))
          messages.assumingMemoryBound(to: [String].self).pointee.append(message)
          return 0
        }, messages)
    }
    H5Eclear2(CHDF5_H5E_DEFAULT())
    guard let cause = messages.first else { return "the call failed without a message" }
    guard let consequence = messages.last, messages.count > 1 else { return cause }
    return "\(cause) (\(consequence))"
  }

  /// A message on one line. Those about system calls are a list of times and addresses, of which the error is kept.
  private static func tidied(_ message: String) -> String {
    let lines = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    guard let cause = lines.range(of: "error message = '"), let colon = lines.firstIndex(of: ":") else {
      return lines
    }
    return lines[..<colon] + ": " + lines[cause.upperBound...].prefix { $0 != "'" }
  }
}
