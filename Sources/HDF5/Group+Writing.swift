import CHDF5

extension Group {
  /// Writes numbers as a new dataset, in row-major order; `shape` is one axis when left out.
  @discardableResult
  public func write<T: NumericElement>(
    _ values: [T], as name: String, shape: [Int]? = nil, layout: DatasetLayout = .contiguous
  ) throws(HDF5Error) -> Dataset {
    let shape = checked(shape, count: values.count)
    let dataset = try create(name, of: T.elementType, shape: shape, layout: layout)
    try dataset.write(values, rows: nil)
    return dataset
  }

  /// Writes truth values as a new dataset, which h5py reads as `bool`.
  @discardableResult
  public func write(
    _ values: [Bool], as name: String, shape: [Int]? = nil, layout: DatasetLayout = .contiguous
  ) throws(HDF5Error) -> Dataset {
    let shape = checked(shape, count: values.count)
    let dataset = try create(name, of: .bool, shape: shape, layout: layout)
    try dataset.store(rows: nil) { (attempt, store) throws(HDF5Error) in
      try Transfer.write(values, attempt, store)
    }
    return dataset
  }

  /// Writes text as a new dataset of UTF-8 strings of variable length. Fails on text that holds a NUL.
  @discardableResult
  public func write(_ values: [String], as name: String, shape: [Int]? = nil) throws(HDF5Error) -> Dataset {
    let shape = checked(shape, count: values.count)
    let dataset = try create(name, of: .string, shape: shape, layout: .contiguous)
    try dataset.store(rows: nil) { (attempt, store) throws(HDF5Error) in
      try Transfer.write(values, attempt, store)
    }
    return dataset
  }

  /// Writes a scalar as a new dataset without axes.
  @discardableResult
  public func write<T: NumericElement>(_ value: T, as name: String) throws(HDF5Error) -> Dataset {
    try write([value], as: name, shape: [])
  }

  @discardableResult
  public func write(_ value: Bool, as name: String) throws(HDF5Error) -> Dataset {
    try write([value], as: name, shape: [])
  }

  @discardableResult
  public func write(_ value: String, as name: String) throws(HDF5Error) -> Dataset {
    try write([value], as: name, shape: [])
  }

  /// A new dataset of numbers to be filled in parts by `Dataset.write(_:rows:)`; what is not written stays zero.
  public func createDataset<T: NumericElement>(
    _ name: String, of type: T.Type, shape: [Int], layout: DatasetLayout = .contiguous
  ) throws(HDF5Error) -> Dataset {
    try create(name, of: T.elementType, shape: shape, layout: layout)
  }

  private func checked(_ shape: [Int]?, count: Int) -> [Int] {
    guard let shape else { return [count] }
    precondition(shape.allSatisfy { $0 >= 0 }, "a dataset cannot have the shape \(shape)")
    precondition(shape.reduce(1, *) == count, "\(count) elements do not fill the shape \(shape)")
    return shape
  }

  private func create(
    _ name: String, of type: ElementType, shape: [Int], layout: DatasetLayout
  ) throws(HDF5Error) -> Dataset {
    precondition(shape.allSatisfy { $0 >= 0 }, "a dataset cannot have the shape \(shape)")
    let path = absolute(name)
    try file.perform("create dataset", path) { (id, attempt) throws(HDF5Error) in
      try withStoredType(type, attempt) { (stored) throws(HDF5Error) in
        try withHandle(Extent.create(shape, attempt), .space, attempt) { (space) throws(HDF5Error) in
          try ObjectProperties.with(.dataset, attempt) { (creation) throws(HDF5Error) in
            try layout.apply(to: creation, shape: shape, elementSize: H5Tget_size(stored), attempt)
            try withLinkProperties(attempt) { (link) throws(HDF5Error) in
              let none = CHDF5_H5P_DEFAULT()
              try withHandle(
                H5Dcreate2(id, path, stored, space, link, creation, none), .dataset, attempt
              ) { _ in }
            }
          }
        }
      }
    }
    return Dataset(file: file, path: path, shape: shape, type: type)
  }
}

/// Lends the type as it is stored in files.
func withStoredType<Value>(
  _ type: ElementType, _ attempt: Attempt, _ body: (hid_t) throws(HDF5Error) -> Value
) throws(HDF5Error) -> Value {
  if let identifiers = type.numericIdentifiers { return try body(identifiers.file) }
  let created = type == .bool ? try BoolType.create(attempt) : try Transfer.createStringType(attempt)
  return try withHandle(created, .type, attempt, body)
}

extension Dataset {
  /// Writes slices along the first axis of a dataset that `Group.createDataset` made; `values` are in row-major order.
  ///
  /// Slices that end where chunks end are written once; others are read and compressed again.
  public func write<T: NumericElement>(_ values: [T], rows: Range<Int>) throws(HDF5Error) {
    try write(values, rows: Optional(rows))
  }

  func write<T: NumericElement>(_ values: [T], rows: Range<Int>?) throws(HDF5Error) {
    precondition(T.elementType == type, "the dataset is \(type), not \(T.self)")
    let expected = rows.map { $0.count * shape.dropFirst().reduce(1, *) } ?? count
    precondition(values.count == expected, "\(values.count) elements do not fill \(expected) places")
    try store(rows: rows) { (attempt, store) throws(HDF5Error) in
      try values.withUnsafeBufferPointer { (buffer) throws(HDF5Error) in
        try Transfer.write(buffer, attempt, store)
      }
    }
  }

  func store(rows: Range<Int>?, _ body: (Attempt, Store) throws(HDF5Error) -> Void) throws(HDF5Error) {
    try file.perform("write", path) { (id, attempt) throws(HDF5Error) in
      try withHandle(
        H5Dopen2(id, path, CHDF5_H5P_DEFAULT()), .dataset, attempt
      ) { (dataset) throws(HDF5Error) in
        try withSelection(rows, of: dataset, attempt) { (_, memory, space) throws(HDF5Error) in
          try body(attempt) { (memoryType, block) throws(HDF5Error) in
            _ = try attempt.check(H5Dwrite(dataset, memoryType, memory, space, CHDF5_H5P_DEFAULT(), block))
          }
        }
      }
    }
  }
}
