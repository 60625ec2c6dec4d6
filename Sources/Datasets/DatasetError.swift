/// Why the content of a data set cannot be used: what was expected of which file, what was found, and what to do.
///
/// Failed system calls (no such file, no permission, disk full) are reported as `FileError` instead.
public enum DatasetError: Error, Hashable, Sendable {
  case notFound(dataset: String, searched: [String], advice: String)
  /// The file is no zip archive; `looksLike` names what its first bytes resemble.
  case notAnArchive(path: String, looksLike: String)
  case damagedArchive(path: String, member: String?, reason: String)
  case missingMember(path: String, member: String, present: [String])
  case malformedArray(path: String, member: String, reason: String)
  case unsupportedArray(path: String, member: String, reason: String)
  case tooLarge(path: String, member: String, bytes: UInt64, limit: UInt64)
  case wrongShape(path: String, member: String, found: [Int], expected: [Int])
  case wrongType(path: String, member: String, found: String, expected: [String])
  case notBinary(path: String, image: Int, row: Int, column: Int, value: UInt8)
  case wrongOrder(path: String, image: Int, found: [Int], expected: [Int])
  case notPackedImages(path: String, reason: String)
  case digestMismatch(path: String, recorded: String, found: String)
  case invalidSelection(reason: String)
}

extension DatasetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let dataset, let searched, let advice):
      "\(dataset) not found; looked for \(searched.joined(separator: ", ")). \(advice)"
    case .notAnArchive(let path, let looksLike):
      "\(path) is not an .npz archive: \(looksLike). Download the file again"
    case .damagedArchive(let path, let member, let reason):
      "\(path)\(member.map { ", member \($0)," } ?? "") is damaged: \(reason). Download the file again"
    case .missingMember(let path, let member, let present):
      "\(path) has no array \"\(member)\"; it has \(present.isEmpty ? "none" : present.joined(separator: ", "))"
    case .malformedArray(let path, let member, let reason):
      "array \"\(member)\" of \(path) has a malformed .npy header: \(reason)"
    case .unsupportedArray(let path, let member, let reason):
      "array \"\(member)\" of \(path) cannot be read: \(reason)"
    case .tooLarge(let path, let member, let bytes, let limit):
      "array \"\(member)\" of \(path) claims \(bytes) bytes, more than the \(limit) that are allowed here"
    case .wrongShape(let path, let member, let found, let expected):
      "array \"\(member)\" of \(path) has shape \(found) where \(expected) is expected"
    case .wrongType(let path, let member, let found, let expected):
      "array \"\(member)\" of \(path) has type \(found) where \(expected.joined(separator: " or ")) is expected"
    case .notBinary(let path, let image, let row, let column, let value):
      "image \(image) of \(path) has the value \(value) at row \(row), column \(column); "
        + "every pixel must be 0 or 1"
    case .wrongOrder(let path, let image, let found, let expected):
      "image \(image) of \(path) shows factor values \(found) where the official order has \(expected)"
    case .notPackedImages(let path, let reason):
      "\(path) is not a file of packed images: \(reason). Make it again"
    case .digestMismatch(let path, let recorded, let found):
      "the images in \(path) changed on disk: SHA-256 \(found), recorded \(recorded). Make the file again"
    case .invalidSelection(let reason):
      "cannot select images: \(reason)"
    }
  }
}
