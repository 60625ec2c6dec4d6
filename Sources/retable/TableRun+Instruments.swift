import Files
import Pipeline
import Results

/// What all rows of a table are measured by, such as the network that reads photographs, stays beside its results: a row that is
/// measured later, or on another machine, is measured by the same one.
extension TableRun {
  private static let folder = "instruments"

  private var instruments: [String] {
    Set(plan.targets.filter { $0.role == .instrument }.map(\.identity)).sorted()
  }

  var instrumentNames: String {
    Set(plan.targets.filter { $0.role == .instrument }.map { "`\($0.name)`" }).sorted()
      .joined(separator: ", ")
  }

  private static func place(_ identity: String, in folder: String) -> String {
    "\(folder)/\(Self.folder)/\(identity.prefix(12))"
  }

  /// Copies those that the store has into the folder of results, removes others that lie there, and returns their files.
  ///
  /// - Parameter isKeeping: whether rows of an earlier record stay, and with them what they were measured by.
  func writeInstruments(to folder: String, isKeeping: Bool) throws -> [String] {
    let files = POSIXFileSystem()
    var written: [String] = []
    for identity in instruments {
      let place = Self.place(identity, in: folder)
      if store.holds(identity) {
        written += try store.copy(identity, to: place).map { Paths.join(place, $0) }
      } else if isKeeping, try files.exists(place) {
        written += try files.files(below: place).map { Paths.join(place, $0) }
      }
    }
    let all = Paths.join(folder, Self.folder)
    if try files.exists(all) {
      for name in try files.sortedNames(in: all)
      where !written.contains(where: { $0.hasPrefix("\(all)/\(name)/") }) {
        try files.removeTree(Paths.join(all, name))
      }
      if try files.sortedNames(in: all).isEmpty { try files.removeTree(all) }
    }
    return written.map { String($0.dropFirst(folder.count + 1)) }
  }

  /// Takes those that the store lacks from records, the table's own first, and tells of each.
  func adoptInstruments(from project: ProjectOptions) throws {
    func adopts(_ identity: String, from folder: String) throws -> Bool {
      do {
        return try store.adopt(identity, from: Self.place(identity, in: folder))
      } catch let failure as StepFailure {
        throw CommandFailure("error: \(failure.message)", code: .dataMissing)
      }
    }
    let missing = instruments.filter { !store.holds($0) }
    guard !missing.isEmpty else { return }
    let folders = try project.folders(first: experiment.table, experiment.profile)
    for identity in missing {
      for folder in folders where try adopts(identity, from: folder) {
        let what = plan.step(identity)?.label.replacing("train ", with: "") ?? identity
        Terminal.error(
          "\(what): as recorded in \(folder), so that these rows are measured by the same one")
        break
      }
    }
  }
}
