import Foundation
import Manifest
import Testing

@Suite struct ExperimentsFolderTests {
  private func repository(_ files: [String], _ body: (URL) throws -> Void) throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("folder-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for name in ["a/b"] + files.map({ ($0 as NSString).deletingLastPathComponent }) {
      try FileManager.default.createDirectory(
        at: root.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    for name in files { try Data().write(to: root.appendingPathComponent(name)) }
    try body(root)
  }

  private let files = [
    "Experiments/dsprites.yaml", "Experiments/cifar10.yml", "Experiments/ablations/beta.yaml",
    "Experiments/_protocol.yaml", "Experiments/notes.txt",
  ]

  @Test func tablesByName() throws {
    try repository(files) { root in
      let folder = try ExperimentsFolder.find(from: root.path)
      let tables = try folder.manifests().mapValues { $0.replacingOccurrences(of: root.path + "/", with: "") }
      #expect(
        tables == [
          "dsprites": "Experiments/dsprites.yaml", "cifar10": "Experiments/cifar10.yml",
          "beta": "Experiments/ablations/beta.yaml",
        ])
      #expect(try folder.path(for: "beta") == root.path + "/Experiments/ablations/beta.yaml")
    }
  }

  @Test func linksAreFollowed() throws {
    try repository(files) { root in
      let files = FileManager.default
      let (real, linked) = (root.path + "/Experiments", root.path + "/a/Experiments")
      try files.createSymbolicLink(atPath: linked, withDestinationPath: real)
      // A link back, one to nowhere, and one to a folder of manifests that lies elsewhere.
      try files.createSymbolicLink(atPath: real + "/loop", withDestinationPath: real)
      try files.createSymbolicLink(atPath: real + "/gone.yaml", withDestinationPath: "nowhere")
      try files.createDirectory(atPath: root.path + "/elsewhere", withIntermediateDirectories: true)
      try Data().write(to: root.appendingPathComponent("elsewhere/mine.yaml"))
      try files.createSymbolicLink(
        atPath: real + "/own", withDestinationPath: root.path + "/elsewhere")
      let tables = try ExperimentsFolder.find(from: root.path + "/a").manifests()
      #expect(tables.keys.sorted() == ["beta", "cifar10", "dsprites", "mine"])
      #expect(tables["mine"] == linked + "/own/mine.yaml")
    }
  }

  @Test func theNearestFolderAboveIsFound() throws {
    try repository(files) { root in
      let folder = try ExperimentsFolder.find(from: root.appendingPathComponent("a/b").path)
      #expect(folder.path == root.path + "/Experiments")
    }
  }

  @Test func `results lie beside the manifests`() throws {
    try repository(files) { root in
      for (path, results) in [
        ("/Experiments", "/Results"), ("/Experiments/", "/Results"),
        ("/Experiments/.", "/Experiments/./../Results"),
        ("/Experiments/ablations/..", "/Experiments/ablations/../../Results"),
        // A folder of manifests with a name of its own.
        ("/Experiments/ablations", "/Experiments/ablations/Results"), ("", "/Results"),
      ] {
        let found = try ExperimentsFolder(path: root.path + path).results
        #expect(found == root.path + results, "\(path)")
      }
    }
  }

  @Test func unknownTables() throws {
    try repository(files) { root in
      let folder = try ExperimentsFolder(path: root.path + "/Experiments")
      let near = #expect(throws: ManifestError.self) { try folder.path(for: "dsprits") }
      #expect(near?.diagnostics.first?.message == "there is no table `dsprits`")
      #expect(
        near?.diagnostics.first?.suggestion
          == "did you mean `dsprites`? there are: beta, cifar10, dsprites")
      let far = #expect(throws: ManifestError.self) { try folder.path(for: "mnist") }
      #expect(far?.diagnostics.first?.suggestion == "there are: beta, cifar10, dsprites")
    }
  }

  @Test func twoFilesForOneTable() throws {
    try repository(files + ["Experiments/ablations/dsprites.yaml"]) { root in
      let folder = try ExperimentsFolder(path: root.path + "/Experiments")
      let error = #expect(throws: ManifestError.self) { try folder.manifests() }
      #expect(
        error?.diagnostics.first?.message
          == "the table `dsprites` is also in \(root.path)/Experiments/ablations/dsprites.yaml")
    }
  }

  @Test func noFolder() throws {
    try repository([]) { root in
      let error = #expect(throws: ManifestError.self) { try ExperimentsFolder.find(from: root.path) }
      #expect(error?.diagnostics.first?.message == "there is no folder `Experiments` here or above")
      #expect(
        error?.diagnostics.first?.suggestion
          == "run this in a folder that has one or below it, or name one with --experiments")
      let explicit = #expect(throws: ManifestError.self) {
        try ExperimentsFolder.find(explicit: root.path + "/x")
      }
      #expect(explicit?.diagnostics.first?.message == "there is no folder of manifests here")
    }
  }
}
