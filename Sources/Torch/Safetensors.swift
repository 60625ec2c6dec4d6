import Files

/// The safetensors format: the length of a JSON header (8 bytes, little-endian), the header, the elements.
///
/// The header maps names to a type, a shape and a range of bytes; `__metadata__` maps strings to strings. We write F32
/// for tensors and U8 for opaque bytes such as the state of a generator.
public enum Safetensors {
  /// Writes one file in the place of any other. The caller makes it durable; a failure leaves a partial file, which does
  /// not read as a whole one. Throws `FileError`, and `TorchError` where a tensor cannot be copied from its device.
  public static func write(
    tensors: [NamedTensor], bytes: [(name: String, value: [UInt8])] = [], metadata: [String: String] = [:],
    to path: String
  ) throws {
    let files = POSIXFileSystem()
    try files.removeTree(path)
    let file = try files.open(path, for: .creating)
    do {
      try header(tensors: tensors, bytes: bytes, metadata: metadata).withUnsafeBytes {
        try files.writeAll($0, to: file)
      }
      for named in tensors {
        try named.tensor.detached().to(.cpu).elements().withUnsafeBytes { try files.writeAll($0, to: file) }
      }
      for (_, value) in bytes { try value.withUnsafeBytes { try files.writeAll($0, to: file) } }
    } catch {
      try? files.close(file)
      throw error
    }
    try files.close(file)
  }

  private static func header(
    tensors: [NamedTensor], bytes: [(name: String, value: [UInt8])], metadata: [String: String]
  ) -> [UInt8] {
    var entries: [String: JSON] = ["__metadata__": .object(metadata.mapValues(JSON.string))]
    var end = 0
    func append(_ name: String, _ type: String, _ shape: [Int], size: Int) {
      precondition(entries[name] == nil, "two tensors of one file are named \(name)")
      entries[name] = [
        "dtype": .string(type), "shape": .array(shape.map(JSON.int)),
        "data_offsets": [.int(end), .int(end + size)],
      ]
      end += size
    }
    for named in tensors { append(named.name, "F32", named.tensor.shape, size: 4 * named.tensor.count) }
    for (name, value) in bytes { append(name, "U8", [value.count], size: value.count) }
    var text = Array(JSON.object(entries).canonical.utf8)
    // Spaces up to a multiple of eight keep the floats aligned for readers that map the file.
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
  }
}
