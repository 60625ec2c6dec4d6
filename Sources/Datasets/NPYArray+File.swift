import Files

extension NPYArray {
  /// Reads a single `.npy` file whole.
  ///
  /// Throws `DatasetError` when it is malformed, of a kind that cannot be read, or of another length than its header
  /// says; and `FileError`.
  public init(contentsOf path: String) throws {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    self = try MappedFile(path).withUnsafeBytes { file in
      var position = 0
      let header: NPYHeader
      do {
        header = try NPYHeader { count in
          guard file.count - position >= count else {
            throw NPYHeader.Problem.malformed("the file of \(file.count) bytes ends inside of it")
          }
          defer { position += count }
          return Array(file[position..<(position + count)])
        }
      } catch NPYHeader.Problem.malformed(let reason) {
        throw DatasetError.malformedArray(path: path, member: name, reason: reason)
      } catch NPYHeader.Problem.unsupported(let reason) {
        throw DatasetError.unsupportedArray(path: path, member: name, reason: reason)
      }
      guard file.count - header.byteCount == header.dataByteCount else {
        throw DatasetError.damagedArchive(
          path: path, member: nil,
          reason: "it holds \(file.count - header.byteCount) bytes of elements, but an array of shape "
            + "\(header.shape) needs \(header.dataByteCount)")
      }
      return NPYArray(header: header, bytes: Array(file[header.byteCount...]))
    }
  }
}
