import Files
import Foundation
import Pipeline
import TestSupport
import Testing

@Suite(.serialized) struct PlanTests {
  @Test func everyStepIsListedWithItsReason() throws {
    let program = try Program()
    try program.tinyTable(updates: 8)
    let fresh = try program.run("plan", "tiny")
    #expect(fresh.code == 0, "\(fresh.errors)")
    #expect(fresh.output.contains("run     train vae, repeat 1  (new)  1 core, 1.5 GiB, 1 s"))
    #expect(fresh.output.contains("0 cached, "))
    #expect(try !POSIXFileSystem().exists(program.folder.path("store")), "planning writes nothing")

    #expect(try program.run("run", "tiny").code == 0)
    let cached = try program.run("plan", "tiny")
    #expect(cached.output.contains("cached  score vae, repeat 1: score"))
    #expect(cached.output.contains(", 0 to run"))

    let manifest = program.folder.path("Experiments/tiny.yaml")
    try DurableFile.write(
      try POSIXFileSystem().text(of: manifest).replacing(
        "representation.beta: 4", with: "representation.beta: 16"),
      to: manifest)
    let changed = try program.run("plan", "tiny", "--to-run")
    #expect(changed.output.contains("train beta, repeat 1  (beta: 4 -> 16)"), "\(changed.output)")
    #expect(changed.output.contains("codes beta, repeat 1  (input model: another 'train beta, repeat 1')"))
    #expect(
      changed.output.contains("score beta, repeat 1: score  (input features: another 'codes beta, repeat 1')")
    )
    #expect(!changed.output.contains("train vae"))
    #expect(changed.output.contains("of disk"))
  }

  @Test func damageIsAReason() throws {
    let program = try Program()
    try program.tinyTable(updates: 8)
    #expect(try program.run("run", "tiny", "--row", "truth").code == 0)
    let store = program.folder.path("store/artifacts")
    let score = try POSIXFileSystem().files(below: store).first { $0.hasSuffix("/score.json") }
    try DurableFile.write("{}", to: "\(store)/\(try #require(score))")
    let outcome = try program.run("plan", "tiny", "--row", "truth")
    #expect(outcome.output.contains("(damaged: score.json has 2 bytes, its record says"))
  }

  /// A run of it would fail: the plan says so, with the run's exit code.
  @Test func missingDataAreKnownBeforeAnythingRuns() throws {
    var program = try Program()
    program.environment["RETABLE_DATA"] = program.folder.path("nothing")
    try program.manifest(
      "photos",
      """
      table: photos
      title: Photographs
      source: {paper: Nobody 2000, place: Table 0}
      dataset: cifar10
      columns:
        - {id: accuracy, label: Accuracy, unit: "%", better: higher, metric: accuracy, classifier: l2-svm}
      rows:
        - {id: pixels, label: Pixels, representation: pixels}
      """)
    let outcome = try program.run("plan", "photos")
    #expect(outcome.code == 6)
    #expect(outcome.output.contains("images of cifar10, train"))
    #expect(outcome.errors.contains("error: data are missing for 2 steps"))
    #expect(outcome.errors.contains("'retable data fetch cifar10'"))
  }

  @Test func aRunCanBeSeenFromAnotherTerminal() throws {
    let program = try Program()
    try program.tinyTable(updates: 100_000_000)
    #expect(try program.run("status").output == "no run is going on in \(program.folder.path("store"))\n")
    let running = try program.start(["run", "tiny", "--row", "vae"])
    #expect(try running.waits(for: "start  train vae"))
    let seen = try program.run("status")
    #expect(seen.output.contains("tiny, quick profile, process \(running.process.processIdentifier) on "))
    #expect(try program.run("status", "--json").output.contains(#""alive":true"#))
    kill(running.process.processIdentifier, SIGKILL)
    _ = try running.wait()
    let dead = try program.run("status")
    #expect(dead.output.contains("ended without a word"))
    #expect(dead.output.contains("'retable run' continues it"))
  }

  @Test func pruningRemovesWhatNoTableNeeds() throws {
    let program = try Program()
    try program.tinyTable(updates: 8)
    try program.takeImages()
    #expect(try program.run("run", "tiny").code == 0)
    #expect(try program.run("store", "prune").output.hasPrefix("0 items, 0 B removed from"))
    let manifest = program.folder.path("Experiments/tiny.yaml")
    try DurableFile.write(
      try POSIXFileSystem().text(of: manifest).replacing(
        "representation.beta: 4", with: "representation.beta: 16"),
      to: manifest)
    let dry = try program.run("store", "prune", "--dry-run")
    // Two repeats of training, codes and two scores, a learning curve each, and two pictures.
    #expect(dry.output.contains("12 items, "), "\(dry.output)")
    #expect(try program.run("store", "prune").output.contains("12 items, "))
    #expect(try program.run("store", "prune").output.hasPrefix("0 items"))
    #expect(try program.run("plan", "tiny", "--row", "vae").output.contains(", 0 to run"))
  }

  /// What came of the official file is needed again when the file is back. What came of rendered images is known.
  @Test func pruningKeepsWhatMayHaveComeOfMissingData() throws {
    var program = try Program()
    try program.tinyTable()
    program.environment["RETABLE_DATA"] = program.folder.path("nothing")
    let store = Store(root: program.folder.path("store"))
    let facts = RunFacts(
      seconds: 1, peakMemory: 1, finished: "now", host: "here", threads: 1, device: "cpu", environment: [:])
    /// The identity of a step that lies in the store.
    func commit(_ label: String, of input: String? = nil) throws -> String {
      let step = Step(
        kind: "k", version: 1, parameters: ["label": .string(label)],
        inputs: input.map { ["data": $0] } ?? [:], label: label)
      try program.folder.file("out/value", [1])
      _ = try store.commit(step, from: program.folder.path("out"), run: facts)
      return step.identity
    }
    let official = try commit("data set dsprites (official)")
    let rendered = try commit("data set dsprites (rendered)")
    let kept = [official, try commit("train vae, repeat 1", of: official)]
    let removed = [
      rendered, try commit("train vae, repeat 1", of: rendered),
      try commit("train another, repeat 1", of: official),
    ]
    // Nothing says what this is of.
    let work = String(repeating: "ab", count: 32)
    try program.folder.file("store/work/\(work)/checkpoint/half", [1])
    let outcome = try program.run("store", "prune", "--dry-run")
    #expect(outcome.code == 0, "\(outcome.errors)")
    for identity in removed { #expect(outcome.output.contains(identity), "\(outcome.output)") }
    for identity in kept + [work] { #expect(!outcome.output.contains(identity), "\(outcome.output)") }
  }
}
