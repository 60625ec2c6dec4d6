import CHDF5
import Files

extension HDF5File {
  /// The bytes of a file that `body` fills through its root group. Equal content gives equal bytes.
  ///
  /// Built in memory. Throws `HDF5Error`, and what `body` throws.
  public static func image(
    named name: String = "an HDF5 image", _ body: (Group) throws -> Void
  ) throws -> [UInt8] {
    let attempt = Attempt(operation: "build", object: "", file: name)
    let file = try create(name: name, path: nil, attempt)
    try body(file.root)
    var image = try file.perform("build", "") { (id, attempt) throws(HDF5Error) in
      try attempt.check(H5Fflush(id, H5F_SCOPE_GLOBAL))
      let size = try attempt.check(H5Fget_file_image(id, nil, 0))
      var image = [UInt8](repeating: 0, count: Seal.size + size)
      try image.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
        let proper = UnsafeMutableBufferPointer(rebasing: buffer[Seal.size...])
        _ = try attempt.check(H5Fget_file_image(id, proper.baseAddress, size))
      }
      return image
    }
    try file.close()
    image.replaceSubrange(..<Seal.size, with: Seal.block(digest: Digest.hex(of: image[Seal.size...])))
    return image
  }

  /// Writes a whole file, durably: after a crash at any moment the old file is there, or the new one, or none.
  ///
  /// The file is built in memory, and about twice its size is needed there; see `writeLarge` for hundreds of megabytes.
  /// Throws `HDF5Error`, `FileError`, and what `body` throws.
  public static func write(
    to path: String, using files: some FileSystem = POSIXFileSystem(), _ body: (Group) throws -> Void
  ) throws {
    try DurableFile.write(image(named: path, body), to: path, using: files)
  }

  /// Writes a whole file that memory should not hold: the library writes to a temporary file, which is opened again and
  /// checked before it is put in place.
  ///
  /// Such a file carries no digest of itself: whoever keeps it keeps its digest as well.
  ///
  /// - Parameter expectedBytes: the size of the content; too little free space for it fails at once, as a `FileError`
  ///   with `isDiskFull`.
  ///
  /// Throws `HDF5Error`, `FileError`, and what `body` throws.
  public static func writeLarge(
    to path: String, expectedBytes: Int, using files: some FileSystem = POSIXFileSystem(),
    _ body: (Group) throws -> Void
  ) throws {
    try Paths.requireSpace(for: expectedBytes, in: Paths.parent(of: path), using: files)
    try DurableFile.write(to: path, using: files) { temporary in
      let attempt = Attempt(operation: "write", object: "", file: path)
      let file = try create(name: path, path: temporary, attempt)
      try body(file.root)
      try file.perform("write", "") { (id, attempt) throws(HDF5Error) in
        _ = try attempt.check(H5Fflush(id, H5F_SCOPE_GLOBAL))
      }
      try file.close()
      let written = try HDF5File(reading: temporary)
      try written.root.visitAll()
      try written.close()
    }
  }

  /// Creates a file at `path`, or in memory.
  private static func create(name: String, path: String?, _ attempt: Attempt) throws(HDF5Error) -> HDF5File {
    let handle = try Library.perform { () throws(HDF5Error) in
      try withAccessProperties(attempt) { (access) throws(HDF5Error) in
        if path == nil { try attempt.check(H5Pset_fapl_core(access, 1 << 20, false)) }
        let path = path ?? Library.uniqueName()
        return try ObjectProperties.with(.file, attempt) { (creation) throws(HDF5Error) in
          try Handle(H5Fcreate(path, CHDF5_H5F_ACC_EXCL(), creation, access), .file, attempt)
        }
      }
    }
    return HDF5File(handle, name: name)
  }
}
