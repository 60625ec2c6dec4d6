import CHDF5

/// How files are opened: a format that stays the same whatever the library's version, and no locks of its own.
///
/// - Parameter reading: files of any version are read.
func withAccessProperties<Value>(
  _ attempt: Attempt, reading: Bool = false, _ body: (hid_t) throws(HDF5Error) -> Value
) throws(HDF5Error) -> Value {
  try withHandle(H5Pcreate(CHDF5_H5P_FILE_ACCESS()), .properties, attempt) { (access) throws(HDF5Error) in
    // The oldest superblock. A newer one marks the file as open for writing, and `H5Fget_file_image` of HDF5 1.10
    // clears that mark without correcting the checksum over it.
    let newest = reading ? CHDF5_H5F_LIBVER_LATEST() : H5F_LIBVER_V18
    try attempt.check(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, newest))
    // Locks on network file systems fail, and files are never written in place.
    try attempt.check(H5Pset_file_locking(access, false, true))
    // Closing a file must not leave it half open where a dataset could not be closed on a full disk.
    try attempt.check(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG))
    return try body(access)
  }
}

/// What new objects have in common: equal content is equal bytes, and their headers carry checksums.
enum ObjectProperties {
  enum Kind { case file, group, dataset }

  /// Lends the creation properties of a new object of this kind.
  static func with<Value>(
    _ kind: Kind, _ attempt: Attempt, _ body: (hid_t) throws(HDF5Error) -> Value
  ) throws(HDF5Error) -> Value {
    let properties = H5Pcreate(identifier(of: kind))
    return try withHandle(properties, .properties, attempt) { (properties) throws(HDF5Error) in
      try attempt.check(H5Pset_obj_track_times(properties, false))
      // Headers that keep an order of creation are of the second version, which alone has checksums.
      try attempt.check(H5Pset_attr_creation_order(properties, UInt32(H5P_CRT_ORDER_TRACKED)))
      if kind != .dataset {
        try attempt.check(H5Pset_link_creation_order(properties, UInt32(H5P_CRT_ORDER_TRACKED)))
      }
      return try body(properties)
    }
  }

  private static func identifier(of kind: Kind) -> hid_t {
    switch kind {
    case .file: CHDF5_H5P_FILE_CREATE()
    case .group: CHDF5_H5P_GROUP_CREATE()
    case .dataset: CHDF5_H5P_DATASET_CREATE()
    }
  }
}

/// Properties of a new link: names in UTF-8, and the groups on the way are created.
func withLinkProperties<Value>(
  _ attempt: Attempt, _ body: (hid_t) throws(HDF5Error) -> Value
) throws(HDF5Error) -> Value {
  try withHandle(H5Pcreate(CHDF5_H5P_LINK_CREATE()), .properties, attempt) { (properties) throws(HDF5Error) in
    try attempt.check(H5Pset_char_encoding(properties, H5T_CSET_UTF8))
    try attempt.check(H5Pset_create_intermediate_group(properties, 1))
    return try body(properties)
  }
}
