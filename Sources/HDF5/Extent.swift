import CHDF5
import Files
import Foundation

/// The extent of a dataset or an attribute: no axis for a scalar.
enum Extent {
  /// Creates a space of this shape; the caller closes it.
  static func create(_ shape: [Int], _ attempt: Attempt) throws(HDF5Error) -> hid_t {
    guard !shape.isEmpty else { return try attempt.check(H5Screate(H5S_SCALAR)) }
    return try attempt.check(H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil))
  }

  static func shape(of space: hid_t, _ attempt: Attempt) throws(HDF5Error) -> [Int] {
    let rank = try attempt.check(H5Sget_simple_extent_ndims(space))
    guard H5Sget_simple_extent_type(space) != H5S_NULL else { return [0] }
    guard rank > 0 else { return [] }
    var extent = [hsize_t](repeating: 0, count: Int(rank))
    try attempt.check(H5Sget_simple_extent_dims(space, &extent, nil))
    return try extent.map { (length) throws(HDF5Error) in
      guard let length = Int(exactly: length) else { throw tooLarge(attempt) }
      return length
    }
  }

  /// The number of elements, checked against what the file holds and what the memory of this machine does, before
  /// anything is allocated: a damaged file may claim anything.
  ///
  /// An axis of no length counts as one here, so that the other axes are numbers that one can count to.
  ///
  /// - Parameter storedBytes: what the elements take in the file.
  static func count(
    _ shape: [Int], elementSize: Int, storedBytes: Int, _ attempt: Attempt
  ) throws(HDF5Error) -> Int {
    var bytes = max(1, elementSize)
    for length in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: max(1, length))
      if overflow { throw tooLarge(attempt) }
      bytes = product
    }
    guard UInt64(bytes) <= ProcessInfo.processInfo.physicalMemory else { throw tooLarge(attempt) }
    guard bytes / largestCompression <= storedBytes.addingClamped(smallSize / largestCompression) else {
      throw attempt.error(
        "it claims \(bytes) bytes of elements and holds \(storedBytes)",
        advice: "The file is damaged, or was never written to its end: remove it and make it again.")
    }
    return shape.contains(0) ? 0 : shape.reduce(1, *)
  }

  /// More bytes than zlib makes of one.
  private static let largestCompression = 1100
  /// Bytes that may be claimed without being there.
  private static let smallSize = 1 << 16

  /// The size of an open file in bytes.
  static func fileSize(_ file: hid_t, _ attempt: Attempt) throws(HDF5Error) -> Int {
    var size: hsize_t = 0
    try attempt.check(H5Fget_filesize(file, &size))
    return Int(clamping: size)
  }

  private static func tooLarge(_ attempt: Attempt) -> HDF5Error {
    attempt.error(
      "it claims more elements than the memory of this machine holds",
      advice: "Read it in parts; if it should be small, the file is damaged: remove it and make it again.")
  }
}
