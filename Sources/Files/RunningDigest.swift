import Crypto

/// A digest of bytes that come in pieces.
public struct RunningDigest: Sendable {
  public enum Algorithm: String, Hashable, Sendable, Codable {
    case sha256
    /// Proves nothing against an attacker; the makers of older data sets publish no other checksum.
    case md5
  }

  private enum State {
    case sha256(SHA256)
    case md5(Insecure.MD5)
  }

  private var state: State

  public init(_ algorithm: Algorithm = .sha256) {
    switch algorithm {
    case .sha256: state = .sha256(SHA256())
    case .md5: state = .md5(Insecure.MD5())
    }
  }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch state {
    case .sha256(var hash):
      hash.update(bufferPointer: bytes)
      state = .sha256(hash)
    case .md5(var hash):
      hash.update(bufferPointer: bytes)
      state = .md5(hash)
    }
  }

  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The digest of the bytes so far, in lower-case hexadecimal digits.
  public var hex: String {
    switch state {
    case .sha256(let hash): Digest.hex(hash.finalize())
    case .md5(let hash): Digest.hex(hash.finalize())
    }
  }
}
