import Foundation
import Manifest
import Testing

/// The examples of `docs/manifest.md` are manifests.
@Suite struct DocumentationTests {
  private func examples() throws -> [String] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("docs/manifest.md"), encoding: .utf8)
    return text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  @Test func theExamplesAreSound() throws {
    let examples = try examples()
    // The fourth, a search, is of another family: the tests of its steps read it.
    try #require(examples.count == 5)
    let parts = examples[0].components(separatedBy: "expect:")
    let manifest = try parse(parts[0] + examples[1] + examples[2] + "expect:" + parts[1])
    #expect(manifest.warnings.isEmpty)
    #expect(
      manifest.rows.map(\.id) == [
        "vae", "beta-vae", "beta-vae-2", "sweep-1-256", "sweep-1-1200", "sweep-2-5-256", "sweep-2-5-1200",
      ])
  }
}
