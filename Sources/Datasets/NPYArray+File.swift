import Files

extension NPYHeader {
  /// The header of a single `.npy` file.
  ///
  /// Throws `DatasetError` when the file is malformed, of a kind that cannot be read, or of another length than its header
  /// says.
  ///
  /// - Parameter takesFortranOrder: whether the caller can put elements into C order; such an array is refused otherwise.
  public init(of file: MappedFile, takesFortranOrder: Bool = false) throws {
    let (path, name) = (file.path, Paths.name(of: file.path))
    self = try file.withUnsafeBytes { bytes in
      var position = 0
      do {
        return try NPYHeader(takesFortranOrder: takesFortranOrder) { count in
          guard bytes.count - position >= count else {
            throw NPYHeader.Problem.malformed("the file of \(bytes.count) bytes ends inside of it")
          }
          defer { position += count }
          return Array(bytes[position..<(position + count)])
        }
      } catch NPYHeader.Problem.malformed(let reason) {
        throw DatasetError.malformedArray(path: path, member: name, reason: reason)
      } catch NPYHeader.Problem.unsupported(let reason) {
        throw DatasetError.unsupportedArray(path: path, member: name, reason: reason)
      }
    }
    guard file.count - byteCount == dataByteCount else {
      throw DatasetError.damagedArchive(
        path: path, member: nil,
        reason: "it holds \(file.count - byteCount) bytes of elements, but an array of shape \(shape) needs "
          + "\(dataByteCount)")
    }
  }
}

extension NPYArray {
  /// Reads a single `.npy` file whole.
  ///
  /// Throws `DatasetError` as ``NPYHeader/init(of:takesFortranOrder:)``, and `FileError`.
  public init(contentsOf path: String) throws {
    let file = try MappedFile(path)
    let header = try NPYHeader(of: file)
    self.init(header: header, bytes: file.withUnsafeBytes { Array($0[header.byteCount...]) })
  }
}
