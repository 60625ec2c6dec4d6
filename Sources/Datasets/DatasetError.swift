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
  /// A file of an official layout is of another kind than its name says; `looksLike` follows "it".
  case wrongKind(path: String, expected: String, looksLike: String)
  case wrongSize(path: String, bytes: Int, expected: Int)
  /// A value that labels an image is none of the `allowed` ones.
  case invalidLabel(path: String, image: Int, label: Int, allowed: ClosedRange<Int>)
  case missingFiles(dataset: String, path: String, missing: [String])
  case unreadableImage(path: String, reason: String)
  /// Images of a folder, with the sentence that names them.
  case unreadableImages(path: String, omission: String)
  /// Photographs and label maps that cannot be used: `problems` are sentences that name the first of them, `count` is how
  /// many there are.
  case badScenes(path: String, problems: [String], count: Int)
  /// Which of two sides are the label maps does not show: the shares of their pixels that have a label map's colour.
  case unclearSides(path: String, sides: [String], shares: [Double])
  /// What lies in the place of a file, or of a folder, of a set; `reason` begins with "it".
  case notAFile(path: String, reason: String)
  /// None of a class's files can be read; `reason` is that of the first.
  case noReadableImage(path: String, className: String, files: Int, reason: String)
  case malformedText(path: String, line: Int, reason: String)
  case notAnImageFolder(path: String, reason: String)
  case notACollection(path: String, reason: String)
  case wrongClassCount(path: String, name: String, className: String, found: Int, expected: Int)
  case unknownDataset(name: String, known: [String])
  /// The file is complete but not the published one.
  case wrongChecksum(path: String, expected: Checksum, found: String)
  case download(address: String, reason: String, advice: String)
  case importing(path: String, reason: String, advice: String)
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
    case .wrongKind(let path, let expected, let looksLike):
      "\(path) is no \(expected): it \(looksLike). Download it again"
    case .wrongSize(let path, let bytes, let expected):
      "\(path) has \(bytes) bytes where \(expected) are expected"
        + "\(bytes < expected ? "; it is truncated" : ""). Download it again"
    case .invalidLabel(let path, let image, let label, let allowed):
      "image \(image) of \(path) has the label \(label), outside \(allowed.lowerBound)...\(allowed.upperBound). "
        + "The file is damaged or of another data set; download it again"
    case .missingFiles(let dataset, let path, let missing):
      "\(dataset) in \(path) is incomplete: \(missing.joined(separator: ", ")) "
        + "\(missing.count == 1 ? "is" : "are") missing. Download it again"
    case .unreadableImage(let path, let reason):
      "cannot read the image \(path): \(reason). The file is damaged or no image; download it again"
    case .unreadableImages(let path, let omission):
      "\(path) is damaged: \(omission). Download the set again"
    case .badScenes(let path, let problems, let count):
      "\(path) has \(count) \(count == 1 ? "problem" : "problems"), and nothing is left out: "
        + problems.joined(separator: "; ")
        + (count > problems.count ? "; and \(count - problems.count) more" : "")
        + ". Put the published files in their place"
    case .unclearSides(let path, let sides, let shares):
      "cannot tell photographs from label maps in \(path): \(Self.shares(shares, of: sides)). Download the set again"
    case .notAFile(let path, let reason):
      "\(path) cannot be read: \(reason). Put the file in its place, or remove it"
    case .noReadableImage(let path, let className, let files, let reason):
      "none of the \(files) images of the class \(FileNames.printable(className)) in \(path) can be read (the first: "
        + "\(reason)). Download the set again"
    case .malformedText(let path, let line, let reason):
      "line \(line) of \(path) cannot be read: \(reason)"
    case .notAnImageFolder(let path, let reason):
      "\(path) is no folder of labelled images: \(reason). It must hold one folder for each class, with .JPEG, .jpg "
        + "or .png files in it or in its subfolder images"
    case .notACollection(let path, let reason):
      "\(path) is no collection of images: \(reason). Make it again"
    case .wrongClassCount(let path, let name, let className, let found, let expected):
      "\(path) has \(found) \(name) images of the class \(className) where \(expected) are expected. "
        + "Download it again"
    case .unknownDataset(let name, let known):
      "there is no data set \"\(name)\"; the data sets are \(known.joined(separator: ", "))"
    case .wrongChecksum(let path, let expected, let found):
      "\(path) is not the published file: its \(expected.algorithm.rawValue) is \(found), published is "
        + "\(expected.hex). Download it again"
    case .download(let address, let reason, let advice):
      "cannot download \(address): \(reason). \(advice)"
    case .importing(let path, let reason, let advice):
      "cannot import \(path): \(reason). \(advice)"
    }
  }

  /// What is wrong with the sides of a set of scenes.
  static func shares(_ shares: [Double], of sides: [String]) -> String {
    zip(sides, shares).map { "\(Int(($1 * 100).rounded())) % of \($0)" }.joined(separator: " and ")
      + " have a colour of Cityscapes' label maps, where one side should have most and the other few"
  }
}
