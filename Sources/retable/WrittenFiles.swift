import Files
import Foundation

/// What a table's folder holds by the digest of every file: the member `files` of its `run.json`, which is written last.
///
/// A run that was killed while it wrote leaves files of two tables side by side. Whether a folder is as it was written is
/// decided by this list, and a folder without one counts as unfinished.
struct WrittenFiles {
  private static let key = "files"
  /// SHA-256 by path in the folder.
  private var digests: [String: String]

  /// The files as they are now; those that are not there are left out.
  init(_ names: [String], in folder: String) throws {
    digests = [:]
    for name in names where try POSIXFileSystem().exists("\(folder)/\(name)") {
      digests[name] = try Digest.hexOfFile("\(folder)/\(name)")
    }
  }

  /// What `run.json` lists; nil where it lists nothing.
  private init?(report: JSON) {
    guard let files = report[Self.key]?.object, !files.isEmpty else { return nil }
    digests = files.compactMapValues(\.string)
  }

  var json: (key: String, value: JSON) { (Self.key, .object(digests.mapValues { .string($0) })) }

  /// Whether every file that was written into the folder is there, and is what was written.
  static func areIntact(in folder: String) -> Bool {
    guard let report = try? report(of: folder), let listed = WrittenFiles(report: report) else {
      return false
    }
    return listed.digests.allSatisfy { name, digest in
      (try? Digest.hexOfFile("\(folder)/\(name)")) == digest
    }
  }

  /// Tells `run.json` that some of the files were written anew, from the results that it tells of.
  static func renew(_ names: [String], in folder: String) throws {
    guard let report = try? report(of: folder), var listed = WrittenFiles(report: report),
      case .object(var members) = report
    else { return }
    for name in names { listed.digests[name] = nil }
    listed.digests.merge(try WrittenFiles(names, in: folder).digests) { $1 }
    members[listed.json.key] = listed.json.value
    try DurableFile.write(JSON.object(members).canonical + "\n", to: "\(folder)/run.json")
  }

  private static func report(of folder: String) throws -> JSON {
    try JSON(parsing: POSIXFileSystem().contents(of: "\(folder)/run.json"))
  }
}
