extension DSprites {
  /// Where the pixels come from.
  public enum Provenance: Hashable, Sendable, Codable {
    /// Read from the official archive with this SHA-256.
    case official(sha256: String)
    /// Rendered by the calibrated rules of this version (see `Sprite`).
    case rendered(rules: Int)
    /// Made by the caller, in the caller's words.
    case other(String)
  }
}

extension DSprites.Provenance: CustomStringConvertible {
  public var description: String {
    switch self {
    case .official(let sha256): "official npz sha256 \(sha256)"
    case .rendered(let rules): "rendered by calibrated rules v\(rules)"
    case .other(let words): words
    }
  }
}
