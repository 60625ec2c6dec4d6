import CHDF5

/// The attributes of a group or a dataset: small values beside the data, up to 64 KiB each.
public struct Attributes {
  let file: HDF5File
  /// The path of the group or dataset.
  let owner: String

  /// The names, sorted by their bytes.
  public func names() throws(HDF5Error) -> [String] {
    try file.perform("list the attributes of", owner) { (id, attempt) throws(HDF5Error) in
      try withHandle(H5Oopen(id, owner, CHDF5_H5P_DEFAULT()), .group, attempt) { (object) throws(HDF5Error) in
        var names: [String] = []
        // Identifiers 0 to n - 1 in the order of their names; an index past the end would be an error.
        for index in 0..<UInt64(try attempt.check(H5Aget_num_attrs(object))) {
          names.append(try Self.name(at: index, of: object, attempt))
        }
        return names
      }
    }
  }

  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    try file.perform("look for", "\(owner)@\(name)") { (id, attempt) throws(HDF5Error) in
      try attempt.check(H5Aexists_by_name(id, owner, name, CHDF5_H5P_DEFAULT())) > 0
    }
  }

  private static func name(at index: UInt64, of object: hid_t, _ attempt: Attempt) throws(HDF5Error) -> String
  {
    let length = try attempt.check(
      H5Aget_name_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, CHDF5_H5P_DEFAULT()))
    var name = [CChar](repeating: 0, count: length + 1)
    try attempt.check(
      H5Aget_name_by_idx(
        object, ".", H5_INDEX_NAME, H5_ITER_INC, index, &name, length + 1, CHDF5_H5P_DEFAULT()))
    return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

// Writing: an attribute is written once.
extension Attributes {
  public func write<T: NumericElement>(_ value: T, as name: String) throws(HDF5Error) {
    try write([value], as: name, shape: [])
  }
  public func write(_ value: Bool, as name: String) throws(HDF5Error) {
    try write([value], as: name, shape: [])
  }
  public func write(_ value: String, as name: String) throws(HDF5Error) {
    try write([value], as: name, shape: [])
  }
  public func write<T: NumericElement>(_ values: [T], as name: String) throws(HDF5Error) {
    try write(values, as: name, shape: [values.count])
  }
  public func write(_ values: [Bool], as name: String) throws(HDF5Error) {
    try write(values, as: name, shape: [values.count])
  }
  public func write(_ values: [String], as name: String) throws(HDF5Error) {
    try write(values, as: name, shape: [values.count])
  }

  private func write<T: NumericElement>(_ values: [T], as name: String, shape: [Int]) throws(HDF5Error) {
    try create(name, T.elementType, shape) { (attempt, store) throws(HDF5Error) in
      try values.withUnsafeBufferPointer { (buffer) throws(HDF5Error) in
        try Transfer.write(buffer, attempt, store)
      }
    }
  }
  private func write(_ values: [Bool], as name: String, shape: [Int]) throws(HDF5Error) {
    try create(name, .bool, shape) { (attempt, store) throws(HDF5Error) in
      try Transfer.write(values, attempt, store)
    }
  }
  private func write(_ values: [String], as name: String, shape: [Int]) throws(HDF5Error) {
    try create(name, .string, shape) { (attempt, store) throws(HDF5Error) in
      try Transfer.write(values, attempt, store)
    }
  }

  private func create(
    _ name: String, _ type: ElementType, _ shape: [Int], _ body: (Attempt, Store) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    try file.perform("write attribute", "\(owner)@\(name)") { (id, attempt) throws(HDF5Error) in
      try withStoredType(type, attempt) { (stored) throws(HDF5Error) in
        try withHandle(Extent.create(shape, attempt), .space, attempt) { (space) throws(HDF5Error) in
          try withHandle(
            H5Pcreate(CHDF5_H5P_ATTRIBUTE_CREATE()), .properties, attempt
          ) { (creation) throws(HDF5Error) in
            try attempt.check(H5Pset_char_encoding(creation, H5T_CSET_UTF8))
            let none = CHDF5_H5P_DEFAULT()
            try withHandle(
              H5Acreate_by_name(id, owner, name, stored, space, creation, none, none), .attribute, attempt
            ) { (attribute) throws(HDF5Error) in
              try body(attempt) { (memoryType, block) throws(HDF5Error) in
                _ = try attempt.check(H5Awrite(attribute, memoryType, block))
              }
            }
          }
        }
      }
    }
  }
}
