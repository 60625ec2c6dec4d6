import Files

extension Store {
  /// Something in the store that no plan asks for.
  public struct Leftover: Sendable, Equatable {
    /// Relative to the store.
    public let name: String
    public let bytes: Int
    /// The step it belongs to, whose lock keeps others out while it is removed.
    let identity: String
  }

  /// Artifacts and abandoned work that are not kept, and everything in quarantine.
  public func leftovers(keeping isKept: (String) -> Bool) throws -> [Leftover] {
    let files = POSIXFileSystem()
    var leftovers: [Leftover] = []
    func add(_ name: String, _ identity: String) throws {
      let sizes = try files.files(below: "\(root)/\(name)").map {
        try files.status(of: "\(root)/\(name)/\($0)", followingLinks: false).size
      }
      leftovers.append(Leftover(name: name, bytes: sizes.clampedSum, identity: identity))
    }
    for identity in identities() where !isKept(identity) {
      try add("artifacts/\(identity.prefix(2))/\(identity)", identity)
    }
    for identity in try names("work") where !FileLock.isHeld(lock(identity)) && !isKept(identity) {
      try add("work/\(identity)", identity)
    }
    for name in try names("quarantine") { try add("quarantine/\(name)", String(name.prefix(64))) }
    return leftovers
  }

  /// Removes a leftover, unless a process has begun to work on its step meanwhile.
  public func remove(_ leftover: Leftover) throws {
    try POSIXFileSystem().makeDirectories("\(root)/locks")
    guard let lock = try FileLock.tryLock(lock(leftover.identity)) else { return }
    defer { withExtendedLifetime(lock) {} }
    try POSIXFileSystem().removeTree("\(root)/\(leftover.name)")
  }

  /// The step of an artifact, or of unfinished work; nil where neither tells what it is of.
  public func step(_ identity: String) -> Step? {
    if let record = try? self.record(identity) { return record.step }
    let written = try? LineLog.read(workedOn(identity)).values.first?.decode(Step.self)
    return written.flatMap { $0.isIntact && $0.identity == identity ? $0 : nil }
  }

  /// Leaves in the folder of unfinished work what it is of. Where that cannot be written it is work of an unknown step.
  func noteWork(on step: Step) {
    let path = workedOn(step.identity)
    guard (try? POSIXFileSystem().exists(path)) == false, let json = try? JSON(encoding: step) else { return }
    try? DurableFile.append(line: json.canonical, to: path)
  }

  private func workedOn(_ identity: String) -> String { "\(work(identity))/step.json" }

  private func names(_ folder: String) throws -> [String] {
    guard try POSIXFileSystem().exists("\(root)/\(folder)") else { return [] }
    return try POSIXFileSystem().sortedNames(in: "\(root)/\(folder)")
  }
}
