import Files
import Foundation

/// A safetensors file that was opened and checked: every range lies inside the file, fits its shape, and together they
/// fill it, so a truncated or foreign file is refused before anything is loaded.
public struct SafetensorsFile {
  public let path: String
  public let metadata: [String: String]
  /// The names of all entries, in ascending order.
  public var names: [String] { entries.keys.sorted() }
  private let entries: [String: Entry]
  private let data: Data

  /// What the header says of one entry.
  public struct Entry: Sendable, Hashable {
    /// The format's name of the type: `F32`.
    public let type: String
    public let shape: [Int]
    /// Positions in the file; as many bytes as the shape needs where the type is one of those that the format began with.
    public let range: Range<Int>
  }

  public init(path: String) throws {
    func refuse(_ message: String) -> TorchError { TorchError.file(path: path, message: message) }
    let data: Data
    // To map a pipe would be to wait for somebody who writes to it.
    if let status = try? POSIXFileSystem().status(of: path, followingLinks: true), status.kind != .file {
      throw refuse("cannot be read: it is no regular file")
    }
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw refuse("cannot be read: \(error.localizedDescription)")
    }
    guard data.count >= 8 else { throw refuse("not a safetensors file: \(data.count) bytes hold no header") }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(data.count - 8) else {
      throw refuse(
        "truncated or not a safetensors file: a header of \(length) bytes in a file of \(data.count)")
    }
    let start = 8 + Int(length)
    guard let header = try? JSON(parsing: [UInt8](data[8..<start])), case .object(let members) = header else {
      throw refuse("not a safetensors file: the header is no JSON object")
    }
    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]
    for (name, value) in members {
      if name == "__metadata__" {
        metadata = (value.object ?? [:]).compactMapValues(\.string)
      } else if let entry = Entry(value, dataStart: start, fileSize: data.count) {
        entries[name] = entry
      } else {
        throw refuse("truncated or damaged: the entry \(name) does not describe bytes of this file")
      }
    }
    var end = start
    for range in entries.values.map(\.range).sorted(by: {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    }) {
      guard range.lowerBound == end else { throw refuse("damaged: entries overlap or leave gaps") }
      end = range.upperBound
    }
    guard end == data.count else { throw refuse("damaged: \(data.count - end) bytes belong to no entry") }
    self.path = path
    self.data = data
    self.entries = entries
    self.metadata = metadata
  }

  /// The bytes of a U8 entry.
  public func bytes(named name: String) throws -> [UInt8] {
    let entry = try entry(named: name, type: "U8")
    return [UInt8](data[entry.range])
  }

  /// A metadata value that the file must have.
  public func metadata(_ key: String) throws -> String {
    guard let value = metadata[key] else {
      throw TorchError.file(path: path, message: "has no metadata \(key)")
    }
    return value
  }

  /// An entry of any type; nil where there is none of the name.
  public subscript(name: String) -> Entry? { entries[name] }

  /// The shape of an F32 entry.
  public func shape(of name: String) throws -> [Int] { try entry(named: name, type: "F32").shape }

  /// A new tensor with an F32 entry's elements.
  public func tensor(named name: String, device: Device = .cpu) throws -> Tensor {
    let entry = try entry(named: name, type: "F32")
    return try withFloats(of: entry) { try Tensor($0, shape: entry.shape, device: device) }
  }

  /// Overwrites each tensor with the entry of its name. Checks all names and shapes before the first one is touched.
  public func load(into tensors: [NamedTensor]) throws {
    for named in tensors {
      let entry = try entry(named: named.name, type: "F32")
      guard entry.shape == named.tensor.shape else {
        throw TorchError.file(
          path: path, message: "\(named.name) has shape \(entry.shape), the model needs \(named.tensor.shape)"
        )
      }
    }
    for named in tensors {
      let entry = try entry(named: named.name, type: "F32")
      try withFloats(of: entry) { try named.tensor.write($0) }
    }
  }

  private func entry(named name: String, type: String) throws -> Entry {
    guard let entry = entries[name] else {
      throw TorchError.file(path: path, message: "has no entry \(name)")
    }
    guard entry.type == type else {
      throw TorchError.file(path: path, message: "\(name) has type \(entry.type), expected \(type)")
    }
    return entry
  }

  private func withFloats<Result>(
    of entry: Entry, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    try data.withUnsafeBytes { file in
      let bytes = UnsafeRawBufferPointer(rebasing: file[entry.range])
      if Int(bitPattern: bytes.baseAddress) % MemoryLayout<Float>.alignment == 0 {
        return try bytes.withMemoryRebound(to: Float.self, body)
      }
      // Files of other writers need not be aligned.
      let copy = [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        count = bytes.count / 4
      }
      return try copy.withUnsafeBufferPointer(body)
    }
  }
}

extension SafetensorsFile.Entry {
  /// Nil unless the description is whole and its bytes lie in the file.
  fileprivate init?(_ value: JSON, dataStart: Int, fileSize: Int) {
    guard let type = value["dtype"]?.string,
      let sizes = value["shape"]?.array?.map(\.int), let offsets = value["data_offsets"]?.array?.map(\.int),
      offsets.count == 2, let low = offsets[0], let high = offsets[1],
      low >= 0, low <= high, high <= fileSize - dataStart
    else { return nil }
    var count = 1
    for size in sizes {
      guard let size, size >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      count = product
    }
    // Types of later versions of the format are measured by their range alone.
    let widths = [
      "BOOL": 1, "I8": 1, "U8": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4, "U32": 4, "F32": 4,
      "I64": 8, "U64": 8, "F64": 8,
    ]
    if let width = widths[type] {
      let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
      guard !overflow, bytes == high - low else { return nil }
    }
    self.type = type
    shape = sizes.compactMap { $0 }
    range = (dataStart + low)..<(dataStart + high)
  }
}
