/// Why an image cannot be made, written or read: what was attempted, why it failed and what to do.
public enum ImageError: Error, Hashable, Sendable {
  case encoding(width: Int, height: Int, reason: String)
  case decoding(reason: String)
  case tooLarge(width: Int, height: Int, limit: Int)
  /// A photograph that cannot be read; `file` is its path, or what else the caller knows it by.
  case unreadable(file: String, reason: String)
}

extension ImageError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .encoding(let width, let height, let reason):
      "cannot write a PNG of \(width) x \(height) pixels: \(reason)"
    case .decoding(let reason):
      "cannot read the PNG: \(reason). The file is damaged or no PNG; make or download it again"
    case .tooLarge(let width, let height, let limit):
      "an image of \(width) x \(height) pixels is larger than the \(limit) pixels that are allowed; "
        + "use fewer or smaller tiles"
    case .unreadable(let file, let reason):
      "cannot read the image \(file): \(reason). The file is damaged or no image; download it again"
    }
  }
}
