import CZlib
import Files

/// Why the bytes of a MATLAB file cannot be right; `reason` begins with "it", or names a part.
struct MATDamage: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }

  static let tooShort = MATDamage("it ends too early")
}

/// The bytes of one element of a MATLAB file, from front to back: as they lie there, or unpacked on the way.
///
/// Memory holds 256 KiB of packed bytes and zlib's window, whatever the length of the element.
final class MATBytes {
  /// Bytes that were given out so far.
  private(set) var position = 0
  private let file: OpenFile
  /// The next byte to be read of the file, and the end of the element there.
  private var place: Int
  private let end: Int
  private let inflation: Inflation?

  /// The bytes in `range` of an open file. Throws `MATDamage`.
  init(of file: OpenFile, in range: Range<Int>, isPacked: Bool) throws {
    (self.file, place, end) = (file, range.lowerBound, range.upperBound)
    inflation = isPacked ? try Inflation() : nil
  }

  /// Fills all of `buffer` with the next bytes. Throws `MATDamage`, and `FileError`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    if let inflation {
      try inflation.unpack(into: buffer, refill)
    } else {
      guard buffer.count <= end - place,
        try POSIXFileSystem().readAll(file, into: buffer, at: place) == buffer.count
      else { throw MATDamage.tooShort }
      place += buffer.count
    }
    position += buffer.count
  }

  /// The next bytes, few of them.
  func read(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try read(into: $0) }
    return bytes
  }

  /// The next four bytes as a number, little-endian.
  func word() throws -> UInt32 { try read(4).reversed().reduce(0) { $0 << 8 | UInt32($1) } }

  /// Proves that nothing follows, and where the element is packed, that its checksum is right. Nothing read before can
  /// be trusted.
  func finish() throws {
    let isAtEnd = try inflation.map { try $0.finish(refill) } ?? (place == end)
    guard isAtEnd else { throw MATDamage("it is longer than its header says") }
  }

  /// More packed bytes; returns how many, 0 at the end of the element.
  private func refill(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, end - place)])
    let count = try POSIXFileSystem().readAll(file, into: wanted, at: place)
    place += count
    return count
  }
}

/// A zlib stream that is unpacked piece by piece.
private final class Inflation {
  /// zlib keeps the address.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let packed = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
  private var isFinished = false

  typealias Refill = (UnsafeMutableRawBufferPointer) throws -> Int

  init() throws {
    stream.initialize(to: z_stream())
    // The macro `inflateInit`, which Swift does not import.
    let code = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw MATDamage("zlib cannot unpack it (error \(code))") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    packed.deallocate()
  }

  func unpack(into buffer: UnsafeMutableRawBufferPointer, _ refill: Refill) throws {
    guard try unpack(atMost: buffer, refill) == buffer.count else { throw MATDamage.tooShort }
  }

  /// Reads the end of the stream, where zlib compares the checksum; false where more bytes come before it.
  func finish(_ refill: Refill) throws -> Bool {
    try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { try unpack(atMost: $0, refill) } == 0
  }

  /// Returns how many bytes there were: fewer than `buffer` holds only at the end of the stream.
  private func unpack(atMost buffer: UnsafeMutableRawBufferPointer, _ refill: Refill) throws -> Int {
    var filled = 0
    while filled < buffer.count, !isFinished {
      if stream.pointee.avail_in == 0 {
        let count = try refill(packed)
        guard count > 0 else { throw MATDamage.tooShort }
        stream.pointee.next_in = packed.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
      }
      let room = min(buffer.count - filled, 1 << 30)
      stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self).advanced(by: filled)
      stream.pointee.avail_out = UInt32(room)
      let code = inflate(stream, Z_NO_FLUSH)
      filled += room - Int(stream.pointee.avail_out)
      switch code {
      case Z_OK: break
      case Z_STREAM_END: isFinished = true
      // All that was there is used up, and no byte came out.
      case Z_BUF_ERROR where stream.pointee.avail_in == 0: break
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(code)"
        throw MATDamage("its compressed bytes are wrong (\(reason))")
      }
    }
    return filled
  }
}
