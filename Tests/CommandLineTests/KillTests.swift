import Files
import Foundation
import Randomness
import Testing

/// The promise of crash safety, on the program itself: it is killed over and over, at named places and at any moment,
/// and every run that is let alone ends with the bytes of one that was never killed.
///
/// Seeded and bounded; `RETABLE_TEST_KILLS` asks for another number of kills.
@Suite(.serialized) struct KillTests {
  private static let wanted =
    ProcessInfo.processInfo.environment["RETABLE_TEST_KILLS"].flatMap(Int.init) ?? 200

  private enum Blow {
    /// The worker, or the run itself, at the n-th of one of the named places.
    case fault(process: String, point: String, count: Int)
    /// The run, after so many events.
    case moment(Int)
  }

  @Test func aRunThatIsKilledAgainAndAgainEndsWithTheSameBytes() throws {
    var unbroken = try Program()
    unbroken.environment["RETABLE_CHECKPOINT_SECONDS"] = "0"
    try unbroken.tinyTable(updates: 24)
    try unbroken.takeImages()
    #expect(try unbroken.run("run", "tiny").code == 0)
    let expected = try unbroken.resultDigests()

    var broken = try Program()
    try broken.tinyTable(updates: 24)
    var random = RandomStream(seed: 20_261_125)
    var kills: [String: Int] = [:]
    var (total, completed, runs) = (0, 0, 0)
    while total < Self.wanted {
      runs += 1
      // A run that is never let through would make no progress to kill.
      let blow = runs % 6 == 0 ? nil : Self.blow(&random)
      let (name, count) = try strike(&broken, blow)
      total += count
      kills[name, default: 0] += count
      #expect(runs < 4 * Self.wanted, "the blows do not land: \(kills)")
      guard try POSIXFileSystem().exists(broken.folder.path("Results/tiny/quick/run.json")) else { continue }
      // The table is complete; a blow between its files may have left the last of them for the next run.
      broken.environment["RETABLE_FAULT"] = nil
      let outcome = try broken.run("run", "tiny")
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try broken.resultDigests() == expected)
      #expect(try broken.run("store", "verify").code == 0)
      completed += 1
      try startOver(broken)
    }
    broken.environment["RETABLE_FAULT"] = nil
    #expect(try broken.run("run", "tiny").code == 0)
    #expect(try broken.resultDigests() == expected)
    #expect(completed > 0)
    let places = kills.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    print(
      "kills survived: \(total) in \(runs) runs, \(completed + 1) tables completed with equal bytes (\(places))"
    )
  }

  /// Every step is there and only the files of the table are left to be killed in. There are those of another table
  /// already, which differs in its title alone: none of them may pass for one of the new ones.
  @Test func aTableThatIsKilledWhileItIsWrittenIsWrittenWhole() throws {
    var program = try Program()
    try program.tinyTable(updates: 12)
    try program.takeImages()
    let manifest = try POSIXFileSystem().text(of: program.folder.path("Experiments/tiny.yaml"))
    func give(title: String) throws {
      try program.manifest("tiny", manifest.replacing("A table of seconds", with: title))
    }
    var expected: [String: [String: String]] = [:]
    for title in ["One", "Two"] {
      try give(title: title)
      #expect(try program.run("run", "tiny").code == 0)
      expected[title] = try program.resultDigests()
    }
    #expect(expected["One"] != expected["Two"])
    // How many places a run of this table passes depends on the machine (its fonts, its figures): first at places that
    // double until a run gets to its end, then at any before the last that killed.
    var random = RandomStream(seed: 20_261_128)
    var (runs, kills, place, last, isDoubling) = (0, 0, 1, 1, true)
    while kills < max(8, Self.wanted / 5) {
      // Another title than that of the files that are there.
      runs += 1
      let title = runs % 2 == 1 ? "One" : "Two"
      try give(title: title)
      program.environment["RETABLE_FAULT"] = "run:any:\(place)"
      let outcome = try program.run("run", "tiny")
      program.environment["RETABLE_FAULT"] = nil
      if outcome.killed {
        kills += 1
        #expect(try program.run("run", "tiny").code == 0)
      }
      #expect(try program.resultDigests() == expected[title], "killed at place \(place)")
      #expect(outcome.killed || isDoubling, "the run passed \(last) places and then not \(place)")
      guard outcome.killed || isDoubling else { break }
      isDoubling = isDoubling && outcome.killed
      if isDoubling { last = place }
      place = isDoubling ? 2 * place : 1 + random.index(below: last)
    }
    #expect(kills >= 8)
    print("kills in the writing of a table survived: \(kills)")
  }

  private static func blow(_ random: inout RandomStream) -> Blow {
    if random.index(below: 4) == 0 { return .moment(1 + random.index(below: 40)) }
    let points = FaultPoint.allCases.map(\.rawValue) + ["any"]
    let point = points[random.index(below: points.count)]
    let isWorker = random.index(below: 5) > 0
    // A worker meets a place a few times for each step, and all of them together some dozens of times.
    let reach = (point == "any" ? 60 : 12) * (isWorker ? 1 : 2)
    return .fault(process: isWorker ? "worker" : "run", point: point, count: 1 + random.index(below: reach))
  }

  /// Runs the table under one blow, and says where and how many processes were killed.
  private func strike(_ program: inout Program, _ blow: Blow?) throws -> (name: String, count: Int) {
    program.environment["RETABLE_FAULT"] = nil
    program.environment["RETABLE_CHECKPOINT_SECONDS"] = "0"
    switch blow {
    case nil:
      #expect(try program.run("run", "tiny").code == 0)
      return ("none", 0)
    case .fault(let process, let point, let count):
      program.environment["RETABLE_FAULT"] = "\(process):\(point):\(count)"
      let outcome = try program.run("run", "tiny")
      let workers = outcome.errors.split(separator: "\n").count {
        $0.hasPrefix("FAILED") && $0.contains("was killed (signal 9)")
      }
      return ("\(process) at \(point)", workers + (outcome.killed ? 1 : 0))
    case .moment(let events):
      let log = program.folder.path("events-\(UUID().uuidString)")
      let running = try program.start(["run", "tiny", "--events", log])
      // Event by event, so that the moment does not depend on the speed of the machine.
      while running.process.isRunning {
        let text = (try? POSIXFileSystem().text(of: log)) ?? ""
        if text.split(separator: "\n").count >= events { break }
        usleep(2000)
      }
      kill(running.process.processIdentifier, SIGKILL)
      let outcome = try running.wait()
      try POSIXFileSystem().removeTree(log)
      return ("at some moment", outcome.killed ? 1 : 0)
    }
  }

  /// An empty store but for the rendered images, whose making takes longest and is killed in the first round.
  private func startOver(_ program: Program) throws {
    let files = POSIXFileSystem()
    try files.removeTree(program.folder.path("Results"))
    let artifacts = program.folder.path("store/artifacts")
    for name in try files.files(below: artifacts) where name.hasSuffix("/record.json") {
      let folder = Paths.parent(of: "\(artifacts)/\(name)")
      if try !files.exists("\(folder)/images.bits") { try files.removeTree(folder) }
    }
    try files.removeTree(program.folder.path("store/work"))
  }
}
