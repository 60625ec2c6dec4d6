import Foundation
import Manifest
import Testing

@testable import Steps

/// The examples of `docs/manifest.md` are manifests.
@Suite struct DocumentationTests {
  private func examples() throws -> [String] {
    let text = try String(
      contentsOf: SchemaTests.root.appendingPathComponent("docs/manifest.md"), encoding: .utf8)
    return text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  @Test func theExamplesAreSound() throws {
    let examples = try examples()
    // The fourth, a search, is of another family: the tests of searches read it.
    try #require(examples.count == 5)
    let first = try ManifestFile.parse(
      text: examples[0], path: "dsprites.yaml", vocabulary: Kinds.standard.vocabulary)
    #expect(first.warnings.isEmpty)
    let parts = examples[0].components(separatedBy: "expect:")
    let manifest = try ManifestFile.parse(
      text: parts[0] + examples[1] + examples[2] + "expect:" + parts[1], path: "dsprites.yaml",
      vocabulary: Kinds.standard.vocabulary)
    #expect(manifest.warnings.isEmpty)
    #expect(
      manifest.rows.map(\.id) == [
        "vae", "beta-vae", "beta-vae-2", "sweep-1-256", "sweep-1-1200", "sweep-2-5-256", "sweep-2-5-1200",
      ])
  }
}
