import Files
import Glibc

/// A MATLAB 5 file, as `save -v6` (plain) and `-v7` (compressed) write it, open for reading.
///
/// The format is that of The MathWorks' "MAT-File Format": a header of 128 bytes, then one element for each variable.
/// Sizes are checked against the file before memory is taken. Not for several threads at once.
final class MATFile {
  let path: String
  /// In the order of the file.
  var variables: [MATVariable] { elements.map(\.variable) }
  private let file: OpenFile
  private var elements: [Element] = []

  private struct Element {
    let variable: MATVariable
    /// Its bytes in the file, without the tag.
    let range: Range<Int>
    let isPacked: Bool
  }

  private static let headerByteCount = 128
  private static let limit = 1000

  /// Reads the headers of all variables.
  ///
  /// Throws `DatasetError.wrongKind` and `.damagedArchive`, and `FileError`.
  init(_ path: String) throws {
    self.path = path
    file = try POSIXFileSystem().open(path, for: .reading)
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else { throw FileError("read", path, code: errno) }
    var header = [UInt8](repeating: 0, count: 520)
    let count = try header.withUnsafeMutableBytes { try POSIXFileSystem().readAll(file, into: $0, at: 0) }
    header.removeLast(header.count - count)
    if let words = Self.otherKind(of: header) {
      throw DatasetError.wrongKind(path: path, expected: "MATLAB 5 file", looksLike: words)
    }
    do {
      guard header.count >= Self.headerByteCount else { throw MATDamage.tooShort }
      try scan(from: Self.headerByteCount, to: Int(status.st_size))
    } catch let damage as MATDamage {
      throw DatasetError.damagedArchive(path: path, member: nil, reason: damage.reason)
    }
  }

  deinit { try? POSIXFileSystem().close(file) }

  private func scan(from start: Int, to end: Int) throws {
    var place = start
    while place < end {
      guard end - place >= 8 else { throw MATDamage.tooShort }
      let tag = try MATTag(from: MATBytes(of: file, in: place..<(place + 8), isPacked: false))
      guard tag.type == MATTag.matrix || tag.type == MATTag.packed else {
        throw MATDamage("at byte \(place) there is no variable")
      }
      let range = (place + 8)..<(place + 8 + tag.byteCount)
      guard range.upperBound <= end else {
        throw MATDamage("it is truncated: \(end) bytes of at least \(range.upperBound)")
      }
      guard elements.count < Self.limit else { throw MATDamage("it has more than \(Self.limit) variables") }
      let isPacked = tag.type == MATTag.packed
      let bytes = try MATBytes(of: file, in: range, isPacked: isPacked)
      if isPacked { try requireMatrix(MATTag(from: bytes)) }
      elements.append(Element(variable: try MATVariable(from: bytes), range: range, isPacked: isPacked))
      place = range.upperBound
    }
  }

  private func requireMatrix(_ tag: MATTag) throws {
    guard tag.type == MATTag.matrix else { throw MATDamage("something that is no variable is compressed") }
  }

  /// Opens a variable at its first number and passes it to `body`.
  ///
  /// Throws `DatasetError.missingMember` and `.damagedArchive`, and `FileError`.
  func withNumbers<R>(of name: String, _ body: (MATNumbers) throws -> R) throws -> R {
    let element = try element(name)
    do {
      let bytes = try MATBytes(of: file, in: element.range, isPacked: element.isPacked)
      var end = element.range.count
      if element.isPacked {
        let tag = try MATTag(from: bytes)
        try requireMatrix(tag)
        end = bytes.position + tag.byteCount
      }
      let numbers = try MATNumbers(
        of: try MATVariable(from: bytes), from: bytes, end: end,
        // The most that deflate can make of a byte.
        limit: element.isPacked ? 1032 * element.range.count : element.range.count)
      return try body(numbers)
    } catch let damage as MATDamage {
      throw DatasetError.damagedArchive(path: path, member: name, reason: damage.reason)
    }
  }

  /// The header of a variable. Throws `DatasetError.missingMember` and `.damagedArchive`.
  func variable(_ name: String) throws(DatasetError) -> MATVariable { try element(name).variable }

  private func element(_ name: String) throws(DatasetError) -> Element {
    let found = elements.filter { $0.variable.name == name }
    guard let element = found.first else {
      throw .missingMember(path: path, member: name, present: variables.map { FileNames.printable($0.name) })
    }
    guard found.count == 1 else {
      throw .damagedArchive(path: path, member: name, reason: "it is there twice")
    }
    return element
  }

  /// What a file is that is no MATLAB 5 file of this byte order, in words that follow "it"; from its first bytes.
  private static func otherKind(of start: [UInt8]) -> String? {
    let signature = [0x89] + Array("HDF\r\n\u{1a}\n".utf8)
    if start.starts(with: "MATLAB 7.3 MAT-file".utf8) || start.starts(with: signature)
      || start.dropFirst(512).starts(with: signature)
    {
      return "is a MATLAB 7.3 file, which is HDF5"
    }
    guard start.starts(with: "MATLAB 5.0 MAT-file".utf8) else {
      if let words = FileKind.words(for: start) { return words }
      return isVersion4(start) ? "is a MATLAB 4 file" : "does not start with \"MATLAB 5.0 MAT-file\""
    }
    guard start.count >= headerByteCount else { return nil }
    if start[126...].starts(with: "MI".utf8) { return "is written in big-endian byte order" }
    return start[124...].starts(with: [0, 1] + Array("IM".utf8)) ? nil : "has another version in its header"
  }

  /// A version 4 file has no text: it begins with five little-endian words, the kind of the first matrix (decimal digits: 0,
  /// 0, 0 to 5, 0 to 2), rows, columns, whether it is complex, and the length of its name.
  private static func isVersion4(_ start: [UInt8]) -> Bool {
    guard start.count > 20 else { return false }
    let words = stride(from: 0, to: 20, by: 4).map { place in
      start[place..<(place + 4)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    return words[0] / 10 <= 5 && words[0] % 10 <= 2 && words[3] <= 1 && (1...64).contains(words[4])
  }
}
