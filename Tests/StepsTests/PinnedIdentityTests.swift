import Files
import Foundation
import Manifest
import Pipeline
import Testing

@testable import Steps

/// Hours of training lie in people's stores under these names. `RETABLE_RECORD=1 make test` writes the list anew, for a look
/// at what would be computed again.
@Suite struct PinnedIdentityTests {
  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Snapshots/identities.txt")
  private static let kinds: Set<String> = ["train", "dictionary", "encode"]
  private static let tables = ["cifar10", "dsprites"]

  /// `<table> <profile> <kind> <identity>` for every step that takes long, of images with made-up fingerprints.
  private func identities() throws -> Set<String> {
    let folder = SchemaTests.root.appendingPathComponent("Experiments").path
    let sources = DataSources(fingerprints: [
      "cifar10/train": "a", "cifar10/test": "a", "imagenet/train": "b", "stl10/unlabeled": "c",
      "dcgan-released-weights/weights": "d",
    ])
    var lines: Set<String> = []
    for (table, path) in try ExperimentsFolder(path: folder).manifests() where Self.tables.contains(table) {
      let manifest = try ManifestFile.load(path: path, vocabulary: Kinds.standard.vocabulary)
      for profile in Profile.allCases {
        for step in Planner(sources: sources).plan(manifest.experiment(profile)).steps
        where Self.kinds.contains(step.kind) {
          lines.insert("\(table) \(profile.rawValue) \(step.kind) \(step.identity)")
        }
      }
    }
    return lines
  }

  @Test func whatWasComputedIsStillFound() throws {
    let found = try identities()
    if ProcessInfo.processInfo.environment["RETABLE_RECORD"] == "1" {
      try Data(found.sorted().map { $0 + "\n" }.joined().utf8).write(to: Self.file)
    }
    let pinned = Set(
      try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n").map(String.init))
    #expect(pinned.count > 200)
    let lost = pinned.subtracting(found).sorted()
    #expect(lost.isEmpty, "\(lost.count) steps would be computed again, such as \(lost.prefix(5))")
  }
}
