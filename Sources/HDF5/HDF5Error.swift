import Files

/// A failed operation on an HDF5 file: what was attempted, on which object of which file, why, and what to do.
public struct HDF5Error: Error, Hashable, Sendable {
  /// What was attempted, as a verb that reads well after "cannot": `read`, `create group`.
  public let operation: String
  /// The path of the object inside the file; an attribute is written `/group@name`.
  public let object: String
  /// The path of the file, or how it is called while it lives in memory alone.
  public let file: String
  /// Why it failed, in our words or in those of the library.
  public let reason: String
  /// What a user can do about it.
  public let advice: String
}

extension HDF5Error {
  /// No room: the disk is full, a quota is used up, or the process may not write larger files.
  public var isDiskFull: Bool {
    ["No space left on device", "File too large", "Disk quota exceeded"].contains { reason.contains($0) }
  }
}

extension HDF5Error: CustomStringConvertible {
  public var description: String {
    let place = object.isEmpty ? file : "\(object) in \(file)"
    return "cannot \(operation) \(place): \(reason). \(advice)"
  }
}

/// What is being attempted, so that whatever fails on the way can be told in the caller's terms.
struct Attempt {
  let operation: String
  let object: String
  let file: String

  func error(_ reason: String, advice: String) -> HDF5Error {
    HDF5Error(operation: operation, object: object, file: file, reason: reason, advice: advice)
  }

  /// The error of the library call that has just failed.
  func libraryError() -> HDF5Error {
    let reason = Library.takeErrorMessage()
    return error("HDF5 says: \(reason)", advice: Self.advice(for: reason))
  }

  /// Passes on the result of a library call, all of which report failure by a negative number.
  @discardableResult
  func check<Result: SignedInteger>(_ result: Result) throws(HDF5Error) -> Result {
    guard result >= 0 else { throw libraryError() }
    return result
  }

  /// Tells an error in reading the file from the disk in the terms of this attempt.
  func reading<Value>(_ body: () throws(FileError) -> Value) throws(HDF5Error) -> Value {
    do throws(FileError) {
      return try body()
    } catch {
      throw self.error(error.reason, advice: error.advice)
    }
  }

  private static func advice(for reason: String) -> String {
    if reason.contains("truncated file") { return "The file was cut off: remove it and make it again." }
    if reason.contains("No space left") || reason.contains("File too large") || reason.contains("Disk quota")
    {
      return "Free space on this file system, or choose another folder."
    }
    if reason.contains("filter plugin") || reason.contains("required filter") {
      return "It is compressed by a filter that is not HDF5's own: write it with gzip, or uncompressed."
    }
    if reason.contains("already exists") { return "Choose another name: objects are written once." }
    if reason.contains("checksum") || reason.contains("signature") || reason.contains("fletcher32") {
      return "The file is damaged: remove it and make it again."
    }
    return
      "If the file was written completely, inspect it with h5dump; otherwise remove it and make it again."
  }
}
