import Files

/// What steps leave for one another as JSON.
extension JSON {
  /// Writes a value in canonical text as the whole content of a file.
  static func write(_ value: some Encodable, to path: String) throws {
    try DurableFile.write(JSON(encoding: value).canonical, to: path)
  }

  /// The value that a file holds.
  static func read<Value: Decodable>(_ type: Value.Type, at path: String) throws -> Value {
    try JSON(parsing: POSIXFileSystem().contents(of: path)).decode(type)
  }
}
