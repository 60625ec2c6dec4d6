import CCrypto

/// A digest of bytes that come in pieces, computed by OpenSSL's libcrypto.
public struct RunningDigest {
  public enum Algorithm: String, Hashable, Sendable, Codable {
    case sha256
    /// Proves nothing against an attacker; the makers of older data sets publish no other checksum.
    case md5
  }

  /// The C context, freed with its last owner.
  private final class Context {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer?) {
      guard let pointer else { preconditionFailure("libcrypto has no memory for a digest") }
      self.pointer = pointer
    }

    deinit { EVP_MD_CTX_free(pointer) }
  }

  private var context: Context

  public init(_ algorithm: Algorithm = .sha256) {
    context = Context(EVP_MD_CTX_new())
    guard EVP_DigestInit_ex(context.pointer, algorithm.method, nil) == 1 else {
      preconditionFailure("libcrypto refuses to compute \(algorithm.rawValue)")
    }
  }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    if !isKnownUniquelyReferenced(&context) { context = copy() }
    EVP_DigestUpdate(context.pointer, bytes.baseAddress, bytes.count)
  }

  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The digest of the bytes so far, in lower-case hexadecimal digits.
  public var hex: String {
    // Finishing ends a context, and more bytes may follow.
    let finished = copy()
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    EVP_DigestFinal_ex(finished.pointer, &digest, &count)
    return Digest.hexadecimal(digest.prefix(Int(count)))
  }

  private func copy() -> Context {
    let copy = Context(EVP_MD_CTX_new())
    EVP_MD_CTX_copy_ex(copy.pointer, context.pointer)
    return copy
  }
}

extension RunningDigest.Algorithm {
  /// Looked up once: libcrypto's own look-up for each digest costs more than a short digest does.
  private static nonisolated(unsafe) let methods = (
    sha256: EVP_MD_fetch(nil, "SHA256", nil), md5: EVP_MD_fetch(nil, "MD5", nil)
  )

  fileprivate var method: OpaquePointer? {
    switch self {
    case .sha256: Self.methods.sha256
    case .md5: Self.methods.md5
    }
  }
}
