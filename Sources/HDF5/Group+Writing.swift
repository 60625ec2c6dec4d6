import CHDF5

extension Group {
  /// Writes numbers as a new dataset, in row-major order; `shape` is one axis when left out.
  @discardableResult
  public func write<T: NumericElement>(
    _ values: [T], as name: String, shape: [Int]? = nil, layout: DatasetLayout = .contiguous
  ) throws(HDF5Error) -> Dataset {
    let shape = checked(shape, count: values.count)
    let dataset = try create(name, of: T.elementType, shape: shape, layout: layout)
    try dataset.store { (attempt, store) throws(HDF5Error) in
      try values.withUnsafeBufferPointer { (buffer) throws(HDF5Error) in
        try Transfer.write(buffer, attempt, store)
      }
    }
    return dataset
  }

  /// Writes truth values as a new dataset, which h5py reads as `bool`.
  @discardableResult
  public func write(
    _ values: [Bool], as name: String, shape: [Int]? = nil, layout: DatasetLayout = .contiguous
  ) throws(HDF5Error) -> Dataset {
    let shape = checked(shape, count: values.count)
    let dataset = try create(name, of: .bool, shape: shape, layout: layout)
    try dataset.store { (attempt, store) throws(HDF5Error) in
      try Transfer.write(values, attempt, store)
    }
    return dataset
  }

  /// Writes text as a new dataset of UTF-8 strings of variable length. Fails on text that holds a NUL.
  @discardableResult
  public func write(_ values: [String], as name: String, shape: [Int]? = nil) throws(HDF5Error) -> Dataset {
    let shape = checked(shape, count: values.count)
    let dataset = try create(name, of: .string, shape: shape, layout: .contiguous)
    try dataset.store { (attempt, store) throws(HDF5Error) in
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

  private func checked(_ shape: [Int]?, count: Int) -> [Int] {
    guard let shape else { return [count] }
    precondition(shape.allSatisfy { $0 >= 0 }, "a dataset cannot have the shape \(shape)")
    precondition(shape.reduce(1, *) == count, "\(count) elements do not fill the shape \(shape)")
    return shape
  }

  private func create(
    _ name: String, of type: ElementType, shape: [Int], layout: DatasetLayout
  ) throws(HDF5Error) -> Dataset {
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
  /// Lends what stores all elements at once.
  fileprivate func store(_ body: (Attempt, Store) throws(HDF5Error) -> Void) throws(HDF5Error) {
    try file.perform("write", path) { (id, attempt) throws(HDF5Error) in
      try withHandle(
        H5Dopen2(id, path, CHDF5_H5P_DEFAULT()), .dataset, attempt
      ) { (dataset) throws(HDF5Error) in
        try body(attempt) { (memoryType, block) throws(HDF5Error) in
          _ = try attempt.check(
            H5Dwrite(
              dataset, memoryType, CHDF5_H5S_ALL(), CHDF5_H5S_ALL(), CHDF5_H5P_DEFAULT(), block))
        }
      }
    }
  }
}
