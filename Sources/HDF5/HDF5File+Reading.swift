import CHDF5
import Files

extension HDF5File {
  /// Opens an existing file for reading.
  ///
  /// Throws `HDF5Error` where the path holds no file, no HDF5 file, or one that was cut off or damaged. Damage is always
  /// found in files that `HDF5File.write` has written, which carry a digest; in others as far as the format allows.
  public convenience init(reading path: String) throws(HDF5Error) {
    let attempt = Attempt(operation: "open", object: "", file: path)
    try Self.requireReadableFile(path, attempt)
    try Seal.verify(file: path, attempt)
    let handle = try Library.perform { () throws(HDF5Error) in
      guard try attempt.check(H5Fis_hdf5(path)) > 0 else {
        throw attempt.error(
          "it is not an HDF5 file: the signature is missing",
          advice: "Check the path; if the file should be one, remove it and make it again.")
      }
      return try withAccessProperties(attempt, reading: true) { (access) throws(HDF5Error) in
        try Handle(H5Fopen(path, CHDF5_H5F_ACC_RDONLY(), access), .file, attempt)
      }
    }
    self.init(handle, name: path)
  }

  /// Opens a file that lives in memory, such as `HDF5File.image` returns; `name` serves messages.
  public convenience init(image: [UInt8], name: String = "an HDF5 image") throws(HDF5Error) {
    let attempt = Attempt(operation: "open", object: "", file: name)
    try Seal.verify(image: image, attempt)
    let handle = try Library.perform { () throws(HDF5Error) in
      try withAccessProperties(attempt) { (access) throws(HDF5Error) in
        try attempt.check(H5Pset_fapl_core(access, 1 << 20, false))
        var image = image
        let size = image.count
        try image.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
          _ = try attempt.check(H5Pset_file_image(access, buffer.baseAddress, size))
        }
        return try Handle(H5Fopen(Library.uniqueName(), CHDF5_H5F_ACC_RDONLY(), access), .file, attempt)
      }
    }
    self.init(handle, name: name)
  }

  private static func requireReadableFile(_ path: String, _ attempt: Attempt) throws(HDF5Error) {
    try attempt.reading { () throws(FileError) in
      switch try POSIXFileSystem().status(of: path, followingLinks: true).kind {
      case .file: break
      case .directory: throw FileError("open", path, reason: "it is a folder", advice: "Name a file in it.")
      case .symbolicLink, .other:
        throw FileError(
          "open", path, reason: "it is a pipe, a socket or a device", advice: "Name a regular file.")
      }
    }
  }
}
