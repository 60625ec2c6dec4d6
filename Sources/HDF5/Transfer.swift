import CHDF5
import Foundation

/// Moves elements between Swift arrays and what the library reads and writes: a block of memory and its type.
///
/// Datasets and attributes differ only in the call that moves the block; they pass it as `store` and `load`.
typealias Store = (_ memoryType: hid_t, _ block: UnsafeRawPointer) throws(HDF5Error) -> Void
typealias Load = (_ memoryType: hid_t, _ block: UnsafeMutableRawPointer) throws(HDF5Error) -> Void

enum Transfer {
  static func write<T: NumericElement>(
    _ values: UnsafeBufferPointer<T>, _ attempt: Attempt, _ store: Store
  ) throws(HDF5Error) {
    guard let type = T.elementType.numericIdentifiers?.memory else {
      throw attempt.error("\(T.self) is no number HDF5 knows", advice: "Convert the values first.")
    }
    guard let start = values.baseAddress, !values.isEmpty else { return }
    try store(type, start)
  }

  static func read<T: NumericElement>(
    _ count: Int, as _: T.Type, _ attempt: Attempt, _ load: Load
  ) throws(HDF5Error) -> [T] {
    guard let type = T.elementType.numericIdentifiers?.memory else {
      throw attempt.error("\(T.self) is no number HDF5 knows", advice: "Ask for the type that is stored.")
    }
    var values = [T](repeating: T(), count: count)
    try values.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
      if let start = buffer.baseAddress, count > 0 { try load(type, start) }
    }
    return values
  }

  static func write(_ values: [Bool], _ attempt: Attempt, _ store: Store) throws(HDF5Error) {
    try withHandle(BoolType.create(attempt), .type, attempt) { (type) throws(HDF5Error) in
      try values.map { Int8($0 ? 1 : 0) }.withUnsafeBufferPointer { (buffer) throws(HDF5Error) in
        if let start = buffer.baseAddress, !values.isEmpty { try store(type, start) }
      }
    }
  }

  static func readBools(_ count: Int, _ attempt: Attempt, _ load: Load) throws(HDF5Error) -> [Bool] {
    var values = [Int8](repeating: 0, count: count)
    try withHandle(BoolType.create(attempt), .type, attempt) { (type) throws(HDF5Error) in
      try values.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
        if let start = buffer.baseAddress, count > 0 { try load(type, start) }
      }
    }
    return values.map { $0 != 0 }
  }
}

// Text.
extension Transfer {
  /// Text of variable length in UTF-8, the type that h5py reads as `str`; the caller closes it.
  static func createStringType(_ attempt: Attempt) throws(HDF5Error) -> hid_t {
    let type = try Handle(H5Tcopy(CHDF5_H5T_C_S1()), .type, attempt)
    try attempt.check(H5Tset_size(type.id, CHDF5_H5T_VARIABLE()))
    try attempt.check(H5Tset_cset(type.id, H5T_CSET_UTF8))
    return try attempt.check(H5Tcopy(type.id))
  }

  static func write(_ values: [String], _ attempt: Attempt, _ store: Store) throws(HDF5Error) {
    guard !values.isEmpty else { return }
    // One block for all the text, since HDF5 wants an address per string.
    var text: [CChar] = []
    var starts: [Int] = []
    for value in values {
      guard !value.utf8.contains(0) else {
        throw attempt.error(
          "text in HDF5 ends at its first NUL, and this text holds one", advice: "Store it as UInt8 instead.")
      }
      starts.append(text.count)
      text.append(contentsOf: value.utf8CString)
    }
    try withHandle(createStringType(attempt), .type, attempt) { (type) throws(HDF5Error) in
      try text.withUnsafeBufferPointer { (text) throws(HDF5Error) in
        let addresses = starts.map { start in text.baseAddress.map { $0.advanced(by: start) } }
        try addresses.withUnsafeBufferPointer { (addresses) throws(HDF5Error) in
          if let start = addresses.baseAddress { try store(type, start) }
        }
      }
    }
  }

  static func readStrings(
    _ count: Int, stored: hid_t, _ attempt: Attempt, _ load: Load
  ) throws(HDF5Error) -> [String] {
    guard count > 0 else { return [] }
    let bytes: [[UInt8]]
    if try attempt.check(H5Tis_variable_str(stored)) > 0 {
      bytes = try readVariable(count, stored: stored, attempt, load)
    } else {
      bytes = try readFixed(count, stored: stored, attempt, load)
    }
    return try bytes.map { (bytes) throws(HDF5Error) in
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw attempt.error("a string is not UTF-8", advice: "Write the file with UTF-8 text.")
      }
      return text
    }
  }

  private static func readVariable(
    _ count: Int, stored: hid_t, _ attempt: Attempt, _ load: Load
  ) throws(HDF5Error) -> [[UInt8]] {
    var addresses = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    // The library allocates each string; those it had read before an error are freed too.
    defer { for address in addresses { H5free_memory(address) } }
    try withHandle(H5Tcopy(stored), .type, attempt) { (type) throws(HDF5Error) in
      try addresses.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
        if let start = buffer.baseAddress { try load(type, start) }
      }
    }
    return addresses.map { address in
      guard let address else { return [] }
      return Array(UnsafeRawBufferPointer(start: address, count: strlen(address)))
    }
  }

  private static func readFixed(
    _ count: Int, stored: hid_t, _ attempt: Attempt, _ load: Load
  ) throws(HDF5Error) -> [[UInt8]] {
    let size = H5Tget_size(stored)
    var block = [UInt8](repeating: 0, count: count * size)
    try withHandle(H5Tcopy(stored), .type, attempt) { (type) throws(HDF5Error) in
      try block.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
        if let start = buffer.baseAddress { try load(type, start) }
      }
    }
    let isSpacePadded = H5Tget_strpad(stored) == H5T_STR_SPACEPAD
    return (0..<count).map { position in
      let field = block[(position * size)..<((position + 1) * size)]
      guard isSpacePadded else { return Array(field.prefix { $0 != 0 }) }
      return Array(field.reversed().drop { $0 == UInt8(ascii: " ") }.reversed())
    }
  }
}
