import Foundation
import Manifest
import Testing

@testable import Steps

@Suite struct SchemaTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Editors read the committed schema; `retable schema > docs/retable.schema.json` renews it.
  @Test func theCommittedSchemaIsThatOfTheVocabulary() throws {
    let committed = try String(
      contentsOf: SchemaTests.root.appendingPathComponent("docs/retable.schema.json"), encoding: .utf8)
    #expect(committed == JSONSchema.text(for: Kinds.standard.vocabulary))
  }

  @Test func everyManifestIsSoundAndPlansInEveryProfile() throws {
    let folder = SchemaTests.root.appendingPathComponent("Experiments").path
    for (table, path) in try ExperimentsFolder(path: folder).manifests() {
      let manifest = try ManifestFile.load(path: path, vocabulary: Kinds.standard.vocabulary)
      #expect(manifest.warnings.isEmpty, "\(table)")
      for profile in Profile.allCases {
        let plan = Planner(sources: DataSources()).plan(manifest.experiment(profile))
        #expect(!plan.targets.isEmpty)
      }
    }
  }
}
