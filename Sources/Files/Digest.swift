import Crypto

/// SHA-256 digests, written as 64 lower-case hexadecimal digits.
public enum Digest {
  public static func hex(of bytes: some Sequence<UInt8>) -> String {
    var hash = SHA256()
    bytes.withContiguousStorageIfAvailable { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
      ?? hash.update(data: Array(bytes))
    return hex(hash.finalize())
  }

  static func hex(_ digest: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
