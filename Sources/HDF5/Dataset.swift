import CHDF5
import Files

/// An array of numbers, truth values or strings inside an HDF5 file, of any number of axes, elements in row-major order.
///
/// A value that names the dataset: it is opened for each operation, so that nothing has to be closed.
public struct Dataset {
  let file: HDF5File
  /// The path from the root.
  public let path: String
  /// The length of each axis; a scalar has none.
  public let shape: [Int]
  public let type: ElementType

  /// The number of elements, or the largest number where a file claims more.
  public var count: Int { shape.clampedProduct }

  /// The attributes of the dataset.
  public var attributes: Attributes { Attributes(file: file, owner: path) }

  init(file: HDF5File, path: String, shape: [Int], type: ElementType) {
    self.file = file
    self.path = path
    self.shape = shape
    self.type = type
  }

  init(opening path: String, in file: HDF5File, _ id: hid_t, _ attempt: Attempt) throws(HDF5Error) {
    (shape, type) = try withHandle(
      H5Dopen2(id, path, CHDF5_H5P_DEFAULT()), .dataset, attempt
    ) { (dataset) throws(HDF5Error) in
      // Before anything else is asked of it: the extent of a virtual dataset is looked up in its sources.
      try Self.requireOwnElements(dataset, attempt)
      let shape = try withHandle(H5Dget_space(dataset), .space, attempt) { (space) throws(HDF5Error) in
        try Extent.shape(of: space, attempt)
      }
      let type = try withHandle(H5Dget_type(dataset), .type, attempt) { ElementType(of: $0) }
      return (shape, type)
    }
    self.file = file
    self.path = path
  }

  /// Throws where the elements lie in other files.
  private static func requireOwnElements(_ dataset: hid_t, _ attempt: Attempt) throws(HDF5Error) {
    try withHandle(H5Dget_create_plist(dataset), .properties, attempt) { (creation) throws(HDF5Error) in
      let isVirtual = H5Pget_layout(creation) == H5D_VIRTUAL
      let externalCount = try attempt.check(H5Pget_external_count(creation))
      guard !isVirtual, externalCount == 0 else {
        throw attempt.error(
          "its elements lie in other files, which are not read", advice: "Copy them into the file itself.")
      }
    }
  }
}
