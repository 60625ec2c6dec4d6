import CHDF5
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

  /// The number of elements, checked to fit in the memory of this machine: a damaged file may claim anything.
  static func count(_ shape: [Int], elementSize: Int, _ attempt: Attempt) throws(HDF5Error) -> Int {
    var bytes = max(1, elementSize)
    for length in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      if overflow { throw tooLarge(attempt) }
      bytes = product
    }
    guard UInt64(bytes) <= ProcessInfo.processInfo.physicalMemory else { throw tooLarge(attempt) }
    return shape.reduce(1, *)
  }

  private static func tooLarge(_ attempt: Attempt) -> HDF5Error {
    attempt.error(
      "it claims more elements than the memory of this machine holds",
      advice: "Read it in parts; if it should be small, the file is damaged: remove it and make it again.")
  }
}
