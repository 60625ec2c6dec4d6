import Datasets
import Files
import Torch

/// An array whose elements lie one after another, in a file that is mapped (`.npy`, safetensors) or in memory.
struct PlainArray: OutsideArray {
  let name: ArrayName
  let shape: [Int]
  private let type: NumberType
  private let isFortranOrder: Bool
  /// As many bytes as the shape needs.
  private let elements: Elements

  private enum Elements {
    case mapped(MappedFile, offset: Int)
    case inMemory([UInt8])

    func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
      switch self {
      case .mapped(let file, let offset):
        try file.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
      case .inMemory(let bytes): try bytes.withUnsafeBytes(body)
      }
    }
  }

  init(npy path: String) throws {
    name = ArrayName(path, "")
    let file = try MappedFile(path)
    let header = try name.reading { try NPYHeader(of: file, takesFortranOrder: true) }
    try name.requireLittleEndian(header)
    (shape, type, isFortranOrder) = (header.shape, header.element, header.isFortranOrder)
    elements = .mapped(file, offset: header.byteCount)
  }

  init(safetensors path: String, member: String) throws {
    let tensors: SafetensorsFile
    do {
      tensors = try SafetensorsFile(path: path)
    } catch let error as TorchError {
      throw StepsError(.dataMissing, "\(error)")
    }
    let member = try OutsideArrays.choose(member, among: tensors.names, in: path)
    let name = ArrayName(path, member)
    guard let entry = tensors[member], let type = NumberType(safetensors: entry.type) else {
      throw name.problem("is of the type \(tensors[member]?.type ?? ""), which is not read; save it as F32")
    }
    let file = try MappedFile(path)
    guard entry.range.upperBound <= file.count else {
      throw name.problem("has changed while it was opened; run again")
    }
    (self.name, self.type, shape, isFortranOrder) = (name, type, entry.shape, false)
    elements = .mapped(file, offset: entry.range.lowerBound)
  }

  init(_ array: NPYArray, name: ArrayName) {
    self.name = name
    (shape, type, isFortranOrder) = (array.shape, array.header.element, array.header.isFortranOrder)
    elements = .inMemory(array.bytes)
  }

  func forEachBlock(
    of count: Int, _ body: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: min(count, rows) * columns)
    defer { block.deallocate() }
    let starts = isFortranOrder ? fortranStarts : []
    for first in stride(from: 0, to: rows, by: count) {
      let range = first..<min(first + count, rows)
      let numbers = UnsafeMutableBufferPointer(rebasing: block[..<(range.count * columns)])
      elements.withUnsafeBytes { bytes in
        func part(_ first: Int, _ count: Int) -> UnsafeRawBufferPointer {
          let start = first * type.byteCount
          return UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count * type.byteCount)])
        }
        guard isFortranOrder else {
          return type.convert(part(range.lowerBound * columns, range.count * columns), into: numbers)
        }
        for (column, start) in starts.enumerated() {
          type.convert(
            part(start + range.lowerBound, range.count),
            into: UnsafeMutableBufferPointer(rebasing: numbers[column...]), step: columns)
        }
      }
      try body(range, numbers)
    }
  }

  func doubles() -> [Double] {
    let count = shape.reduce(1, *) * type.byteCount
    return elements.withUnsafeBytes { type.doubles(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }

  /// Where the first element of each column lies, in Fortran order: columns are counted in C order.
  private var fortranStarts: [Int] {
    (0..<columns).map { column in
      var (rest, start) = (column, 0)
      for axis in shape.indices.dropFirst().reversed() {
        start += rest % shape[axis] * shape[..<axis].reduce(1, *)
        rest /= shape[axis]
      }
      return start
    }
  }
}

extension ArrayName {
  /// Tells what is wrong with a NumPy file in the terms of somebody who wrote it.
  func reading<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch DatasetError.damagedArchive(_, _, let reason) {
      throw problem("is damaged: \(reason); write it again")
    } catch DatasetError.malformedArray(_, _, let reason) {
      throw problem("has a malformed .npy header: \(reason)")
    } catch DatasetError.unsupportedArray(_, _, let reason) {
      throw problem("cannot be read: \(reason)")
    } catch DatasetError.notAnArchive(_, let looksLike) {
      throw problem("is no .npz archive: \(looksLike)")
    } catch DatasetError.tooLarge(_, _, let bytes, let limit) {
      throw problem(
        "has \(bytes) bytes in an order in which they cannot be read piece by piece, and at most \(limit) are taken "
          + "into memory; save numpy.ascontiguousarray(array)")
    }
  }

  func requireLittleEndian(_ header: NPYHeader) throws {
    guard header.isBigEndian else { return }
    throw problem("is big-endian; save array.astype(array.dtype.newbyteorder('<'))")
  }
}
