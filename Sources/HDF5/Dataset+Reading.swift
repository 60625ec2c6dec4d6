import CHDF5

extension Dataset {
  /// All elements in row-major order. Throws `HDF5Error` where the dataset holds another type than `T`.
  public func read<T: NumericElement>(_ type: T.Type) throws(HDF5Error) -> [T] {
    try load(T.elementType, asked: "\(T.self)", rows: nil) { (count, _, attempt, load) throws(HDF5Error) in
      try Transfer.read(count, as: T.self, attempt, load)
    }
  }

  /// The elements of some slices along the first axis. Throws `HDF5Error` as `read` does.
  public func read<T: NumericElement>(_ type: T.Type, rows: Range<Int>) throws(HDF5Error) -> [T] {
    try load(T.elementType, asked: "\(T.self)", rows: rows) { (count, _, attempt, load) throws(HDF5Error) in
      try Transfer.read(count, as: T.self, attempt, load)
    }
  }

  /// Some slices along the first axis as numbers of one kind, whatever numbers or truth values are stored: HDF5 converts
  /// them. What is too large for `T` becomes infinite.
  ///
  /// Throws `HDF5Error` where the elements are neither, and as `read` does.
  public func converted<T: NumericElement & BinaryFloatingPoint>(
    to type: T.Type, rows: Range<Int>
  ) throws(HDF5Error) -> [T] {
    if self.type == .bool {
      return try load(.bool, asked: "Bool", rows: rows) { (count, _, attempt, load) throws(HDF5Error) in
        try Transfer.readBools(count, attempt, load)
      }.map { $0 ? 1 : 0 }
    }
    return try load(nil, asked: "numbers", rows: rows) { (count, stored, attempt, load) throws(HDF5Error) in
      guard [H5T_INTEGER, H5T_FLOAT].contains(H5Tget_class(stored)) else {
        throw attempt.error("the dataset is \(self.type), asked for numbers", advice: "Store numbers.")
      }
      return try Transfer.read(count, as: T.self, attempt, load)
    }
  }

  public func read(_ type: Bool.Type) throws(HDF5Error) -> [Bool] {
    try load(.bool, asked: "Bool", rows: nil) { (count, _, attempt, load) throws(HDF5Error) in
      try Transfer.readBools(count, attempt, load)
    }
  }

  public func read(_ type: String.Type) throws(HDF5Error) -> [String] {
    try load(.string, asked: "String", rows: nil) { (count, stored, attempt, load) throws(HDF5Error) in
      try Transfer.readStrings(count, stored: stored, attempt, load)
    }
  }

  /// The one element of a scalar, or of a dataset with a single element.
  public func readScalar<T: NumericElement>(_ type: T.Type) throws(HDF5Error) -> T { try only(read(type)) }
  public func readScalar(_ type: Bool.Type) throws(HDF5Error) -> Bool { try only(read(type)) }
  public func readScalar(_ type: String.Type) throws(HDF5Error) -> String { try only(read(type)) }

  private func only<T>(_ values: [T]) throws(HDF5Error) -> T {
    guard let value = values.first, values.count == 1 else {
      throw file.attempt("read", path).error(
        "the dataset has the shape \(shape), asked for a scalar", advice: "Read all its elements.")
    }
    return value
  }

  private func load<Value>(
    _ wanted: ElementType?, asked: String, rows: Range<Int>?,
    _ body: (Int, hid_t, Attempt, Load) throws(HDF5Error) -> Value
  ) throws(HDF5Error) -> Value {
    try file.perform("read", path) { (id, attempt) throws(HDF5Error) in
      guard wanted == nil || type == wanted else {
        throw attempt.error(
          "the dataset is \(type), asked for \(asked)", advice: "Ask for the type that is stored.")
      }
      return try withHandle(
        H5Dopen2(id, path, CHDF5_H5P_DEFAULT()), .dataset, attempt
      ) { (dataset) throws(HDF5Error) in
        try withHandle(H5Dget_type(dataset), .type, attempt) { (stored) throws(HDF5Error) in
          try withSelection(rows, of: dataset, attempt) { (selected, memory, space) throws(HDF5Error) in
            let count = try Extent.count(
              selected, elementSize: H5Tget_size(stored),
              storedBytes: min(Int(clamping: H5Dget_storage_size(dataset)), Extent.fileSize(id, attempt)),
              attempt)
            return try body(count, stored, attempt) { (memoryType, block) throws(HDF5Error) in
              _ = try attempt.check(
                H5Dread(dataset, memoryType, memory, space, CHDF5_H5P_DEFAULT(), block))
            }
          }
        }
      }
    }
  }

  /// Selects slices along the first axis, or everything: the shape of the selection, its space in memory and in the
  /// file.
  private func withSelection<Value>(
    _ rows: Range<Int>?, of dataset: hid_t, _ attempt: Attempt,
    _ body: (_ shape: [Int], _ memory: hid_t, _ file: hid_t) throws(HDF5Error) -> Value
  ) throws(HDF5Error) -> Value {
    guard let rows else { return try body(shape, CHDF5_H5S_ALL(), CHDF5_H5S_ALL()) }
    guard let length = shape.first, rows.lowerBound >= 0, rows.upperBound <= length else {
      throw attempt.error(
        "rows \(rows) lie outside the shape \(shape)", advice: "Ask for rows that are there.")
    }
    let selected = [rows.count] + shape.dropFirst()
    return try withHandle(H5Dget_space(dataset), .space, attempt) { (space) throws(HDF5Error) in
      let start = [hsize_t(rows.lowerBound)] + shape.dropFirst().map { _ in 0 }
      let extent = selected.map { hsize_t($0) }
      if selected.contains(0) {
        try attempt.check(H5Sselect_none(space))
      } else {
        try attempt.check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, extent, nil))
      }
      return try withHandle(Extent.create(selected, attempt), .space, attempt) { (memory) throws(HDF5Error) in
        if selected.contains(0) { try attempt.check(H5Sselect_none(memory)) }
        return try body(selected, memory, space)
      }
    }
  }
}
