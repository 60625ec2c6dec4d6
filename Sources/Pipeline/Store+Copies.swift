import Files
import Foundation

/// Artifacts outside a store: beside a table's results, where they outlive it.
extension Store {
  /// Copies an artifact into a folder, durably; one that is there already is replaced if it differs. The copy tells of no host.
  ///
  /// - Returns: the paths of its files in the folder.
  public func copy(_ identity: String, to folder: String) throws -> [String] {
    let own = try record(identity)
    var run = own.run
    run.host = ""
    let record = try Record(step: own.step, outputs: own.outputs, run: run)
    let files = POSIXFileSystem()
    for name in own.outputs.keys.sorted() {
      try files.makeDirectories(Paths.parent(of: "\(folder)/\(name)"))
      try DurableFile.write(
        try files.contents(of: "\(artifact(identity))/\(name)"), to: "\(folder)/\(name)")
    }
    try DurableFile.write(try JSON(encoding: record).canonical + "\n", to: "\(folder)/\(Store.recordFile)")
    return (own.outputs.keys + [Store.recordFile]).sorted()
  }

  /// Takes an artifact over from a folder into which `copy` has put it, every byte checked.
  ///
  /// - Returns: whether the folder has it.
  /// - Throws: `StepFailure` where it is damaged, `FileError`.
  public func adopt(_ identity: String, from folder: String) throws -> Bool {
    switch Store.check(folder, identity) {
    case .absent: return false
    case .corrupt(let reason):
      throw StepFailure(
        .corruptInput, "\(folder) is not what was recorded: \(reason). Restore it, or remove the folder.")
    case .cached: break
    }
    let record = try Store.record(in: folder)
    let files = POSIXFileSystem()
    let final = artifact(identity)
    try files.makeDirectories(Paths.parent(of: final))
    do {
      try DurableDirectory.write(to: final) { temporary in
        for name in record.outputs.keys + [Store.recordFile] {
          try files.makeDirectories(Paths.parent(of: "\(temporary)/\(name)"))
          try DurableFile.write(try files.contents(of: "\(folder)/\(name)"), to: "\(temporary)/\(name)")
        }
      }
    } catch let error as FileError where error.isAlreadyThere {}
    return true
  }
}
