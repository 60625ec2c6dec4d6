import Foundation
import Manifest
import Testing

/// Compares long texts with files; `RETABLE_RECORD=1 swift test` writes them anew, for a look at the difference.
@Suite struct SnapshotTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Snapshots")

  private func text(_ name: String) throws -> String {
    try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
  }

  private func compare(_ found: String, with name: String) throws {
    if ProcessInfo.processInfo.environment["RETABLE_RECORD"] == "1" {
      try Data(found.utf8).write(to: Self.folder.appendingPathComponent(name))
    }
    let expected = try text(name)
    #expect(found == expected)
  }

  @Test func twentyErrors() throws {
    let manifest = try text("twenty-errors.yaml")
    let error = #expect(throws: ManifestError.self) {
      try parse(manifest, path: "Experiments/twenty-errors.yaml")
    }
    try compare((error?.description ?? "") + "\n", with: "twenty-errors.txt")
    #expect((error?.diagnostics.count { $0.severity == .error } ?? 0) >= 20)
  }

  @Test func schema() throws {
    try compare(JSONSchema.text(for: vocabulary), with: "schema.json")
  }
}
