import CHDF5
import Files

/// An HDF5 file that is open: on disk for reading, or being built.
///
/// Files are written once, as a whole, by `HDF5File.write` or `HDF5File.writeLarge`, and never changed afterwards. A file
/// belongs to one task at a time (it is not `Sendable`); files of several tasks may be open at once, since all calls of
/// the library pass through one lock.
public final class HDF5File {
  /// The path of the file, or how it is called while it lives in memory alone.
  public let name: String
  private let handle: Handle

  init(_ handle: Handle, name: String) {
    self.handle = handle
    self.name = name
  }

  /// The group that holds all others.
  public var root: Group { Group(file: self, path: "/") }

  /// Closes the file and reports what went wrong at that; a file that goes out of scope is closed too, in silence.
  public func close() throws(HDF5Error) {
    try Library.perform { () throws(HDF5Error) in try handle.close(attempt("close", "")) }
  }

  func attempt(_ operation: String, _ object: String) -> Attempt {
    Attempt(operation: operation, object: object, file: name)
  }

  /// Performs one operation on an object of the open file.
  func perform<Value>(
    _ operation: String, _ object: String, _ body: (hid_t, Attempt) throws(HDF5Error) -> Value
  ) throws(HDF5Error) -> Value {
    try Library.perform { () throws(HDF5Error) in
      let attempt = attempt(operation, object)
      guard handle.id >= 0 else {
        throw attempt.error(
          "the file has been closed", advice: "Use its groups and datasets before closing it.")
      }
      return try body(handle.id, attempt)
    }
  }
}
