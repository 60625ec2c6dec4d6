import CHDF5

extension Attributes {
  /// All elements of an attribute; one for a scalar. Throws `HDF5Error` where it is missing or holds another type.
  public func readArray<T: NumericElement>(_ name: String, as type: T.Type) throws(HDF5Error) -> [T] {
    try load(name, T.elementType, asked: "\(T.self)") { (count, _, attempt, load) throws(HDF5Error) in
      try Transfer.read(count, as: T.self, attempt, load)
    }
  }

  public func readArray(_ name: String, as type: Bool.Type) throws(HDF5Error) -> [Bool] {
    try load(name, .bool, asked: "Bool") { (count, _, attempt, load) throws(HDF5Error) in
      try Transfer.readBools(count, attempt, load)
    }
  }

  public func readArray(_ name: String, as type: String.Type) throws(HDF5Error) -> [String] {
    try load(name, .string, asked: "String") { (count, stored, attempt, load) throws(HDF5Error) in
      try Transfer.readStrings(count, stored: stored, attempt, load)
    }
  }

  /// The value of an attribute with one element.
  public func read<T: NumericElement>(_ name: String, as type: T.Type) throws(HDF5Error) -> T {
    try only(name, readArray(name, as: type))
  }
  public func read(_ name: String, as type: Bool.Type) throws(HDF5Error) -> Bool {
    try only(name, readArray(name, as: type))
  }
  public func read(_ name: String, as type: String.Type) throws(HDF5Error) -> String {
    try only(name, readArray(name, as: type))
  }

  private func only<T>(_ name: String, _ values: [T]) throws(HDF5Error) -> T {
    guard let value = values.first, values.count == 1 else {
      throw file.attempt("read attribute", "\(owner)@\(name)").error(
        "it has \(values.count) elements, asked for a scalar", advice: "Read it as an array.")
    }
    return value
  }

  private func load<Value>(
    _ name: String, _ wanted: ElementType, asked: String,
    _ body: (Int, hid_t, Attempt, Load) throws(HDF5Error) -> Value
  ) throws(HDF5Error) -> Value {
    guard try contains(name) else {
      throw file.attempt("read attribute", "\(owner)@\(name)").error(
        "there is no such attribute", advice: "List the file with h5dump -A to see what it holds.")
    }
    return try file.perform("read attribute", "\(owner)@\(name)") { (id, attempt) throws(HDF5Error) in
      let none = CHDF5_H5P_DEFAULT()
      return try withHandle(
        H5Aopen_by_name(id, owner, name, none, none), .attribute, attempt
      ) { (attribute) throws(HDF5Error) in
        try withHandle(H5Aget_type(attribute), .type, attempt) { (stored) throws(HDF5Error) in
          let type = ElementType(of: stored)
          guard type == wanted else {
            throw attempt.error(
              "the attribute is \(type), asked for \(asked)", advice: "Ask for the type that is stored.")
          }
          let shape = try withHandle(H5Aget_space(attribute), .space, attempt) { (space) throws(HDF5Error) in
            try Extent.shape(of: space, attempt)
          }
          let count = try Extent.count(
            shape, elementSize: H5Tget_size(stored), storedBytes: Extent.fileSize(id, attempt), attempt)
          return try body(count, stored, attempt) { (memoryType, block) throws(HDF5Error) in
            _ = try attempt.check(H5Aread(attribute, memoryType, block))
          }
        }
      }
    }
  }
}
