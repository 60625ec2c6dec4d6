import Datasets

/// An array in a NumPy archive, `.npz`, unpacked from front to back; in Fortran order it has to fit into memory.
struct ArchivedArray: OutsideArray {
  let name: ArrayName
  let shape: [Int]
  private let archive: NPZ
  private let member: String
  private let isFortranOrder: Bool

  /// Bytes of an array that are unpacked at once where they do not lie in the order in which they are read.
  static let mostInMemory = 1 << 30

  init(_ path: String, member: String) throws {
    let archive = try ArrayName(path, "").reading { try NPZ(path) }
    self.archive = archive
    let member = try OutsideArrays.choose(member, among: archive.names, in: path)
    let name = ArrayName(path, member)
    (self.member, self.name) = (member, name)
    (shape, isFortranOrder) = try name.reading {
      try archive.withArray(member, takesFortranOrder: true) { stream in
        try name.requireLittleEndian(stream.header)
        return (stream.header.shape, stream.header.isFortranOrder)
      }
    }
  }

  func forEachBlock(
    of count: Int, _ body: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    guard !isFortranOrder else { return try inMemory().forEachBlock(of: count, body) }
    let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: min(count, rows) * columns)
    defer { block.deallocate() }
    try name.reading {
      try archive.withArray(member) { stream in
        let type = stream.header.element
        let bytes = UnsafeMutableRawBufferPointer.allocate(
          byteCount: block.count * type.byteCount, alignment: 16)
        defer { bytes.deallocate() }
        for first in stride(from: 0, to: rows, by: count) {
          let range = first..<min(first + count, rows)
          let part = UnsafeMutableRawBufferPointer(
            rebasing: bytes[..<(range.count * columns * type.byteCount)])
          try stream.read(into: part)
          let numbers = UnsafeMutableBufferPointer(rebasing: block[..<(range.count * columns)])
          type.convert(UnsafeRawBufferPointer(part), into: numbers)
          try body(range, numbers)
        }
        try stream.finish()
      }
    }
  }

  func doubles() throws -> [Double] { try inMemory().doubles() }

  private func inMemory() throws -> PlainArray {
    try name.reading {
      PlainArray(
        try archive.array(member, limit: Self.mostInMemory, takesFortranOrder: true), name: name)
    }
  }
}
