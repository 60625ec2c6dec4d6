import Files
import Foundation
import Manifest
import Testing

/// `extends`, `set` and `matrix`.
@Suite struct RowExpansionTests {
  private func rows(_ text: String) throws -> [Row] { try parse(text).experiment(.desk).rows }

  @Test func settingsReplaceInheritedValues() throws {
    let rows = try rows(sound)
    #expect(rows[0].representation.parameters["beta"] == 1)
    #expect(rows[1].representation.parameters["beta"] == 4)
    #expect(rows[2].representation.parameters["beta"] == 2)
    #expect(rows[2].representation.parameters["optimiser"] == ["method": "adagrad", "rate": 0.1])
    #expect(rows[2].representation.parameters["hidden"] == 1200)
    #expect(rows.map(\.extends) == [nil, "vae", "beta-vae", "vae", "vae", "vae", "vae", nil])
  }

  @Test func publishedCellsAreNotInherited() throws {
    let text = sound.with("\n    published: {}\n", "\n")
    #expect(try rows(text)[2].published.isEmpty)
    #expect(try rows(text)[3].published.isEmpty)
  }

  @Test func deviationsAreInheritedAndAddedTo() throws {
    let inherited = ["batch size is not published", "shorter"]
    #expect(try rows(sound)[1].deviations == inherited)
    let more = sound.with(
      "set: {representation.beta: 4}", "deviations: [one more]\n    set: {representation.beta: 4}")
    #expect(try rows(more)[1].deviations == inherited + ["one more"])
    #expect(try rows(more)[2].deviations == inherited + ["one more"])
    let none = sound.with("set: {representation.beta: 4}", "set: {representation.beta: 4, deviations: []}")
    #expect(try rows(none)[1].deviations.isEmpty)
  }

  @Test func whatIsSetReplacesWhatIsInheritedAndTheRowsOwnStays() throws {
    let inherited = sound.with("much shorter\"}]\n", "much shorter\"}]\n    choices: [theirs]\n")
    #expect(try rows(inherited)[1].choices == ["theirs"])
    let text = inherited.with(
      "set: {representation.beta: 4}",
      "deviations: [own]\n    choices: [mine]\n    set: {deviations: [set], choices: []}")
    for row in try rows(text)[1...2] {
      #expect(row.deviations == ["set", "own"])
      #expect(row.choices == ["mine"])
    }
    let axis = inherited.with(
      "matrix: {representation.beta: [1, 2.5], representation.hidden: [256, 1200]}",
      "deviations: [own]\n    matrix: {deviations: {none: [], some: [axis]}}"
    )
    .with("\"beta = {representation.beta}, {representation.hidden} units\"", "\"{deviations}\"")
    .with("expect:\n", "  - {id: heir, label: heir, extends: sweep-some}\nexpect:\n")
    let swept = try rows(axis)
    #expect(swept[3...5].map(\.id) == ["sweep-none", "sweep-some", "truth"])
    #expect(swept[3].deviations == ["own"])
    #expect(swept[4].deviations == ["axis", "own"])
    #expect(swept[6].deviations == ["axis", "own"])
    #expect(swept[6].choices == ["theirs"])
  }

  @Test func settingAValuePerProfile() throws {
    let text = sound.with(
      "set: {representation.beta: 4}", "set: {representation.beta: {quick: 2, desk: 3, paper: 4}}")
    #expect(
      try Profile.allCases.map { try parse(text).experiment($0).rows[1].representation.parameters["beta"] }
        == [2, 3, 4])
  }

  @Test func settingAFieldOfARepresentationPerProfile() throws {
    let text = sound.with("set: {representation.beta: 4}", "set: {representation.components: 4}")
      .with(
        "representation: {kind: vae, beta: 1, hidden: {quick: 256, desk: 1200, paper: 1200}, updates: {quick: 600, desk: 4000}}",
        "representation: {quick: pca, desk: {kind: pca, whiten: false}, paper: pca}"
      )
      .with("representation.beta: 2, representation.optimiser.rate: 0.1", "representation.whiten: true")
      .with(
        "{representation.beta: [1, 2.5], representation.hidden: [256, 1200]}",
        "{representation.components: [1, 2]}"
      )
      .with(
        "\"beta = {representation.beta}, {representation.hidden} units\"", "\"{representation.components}\"")
    let manifest = try parse(text)
    #expect(
      manifest.experiment(.desk).rows[1].representation
        == Configured(kind: "pca", parameters: ["components": 4, "whiten": false]))
    #expect(
      manifest.experiment(.quick).rows[1].representation
        == Configured(kind: "pca", parameters: ["components": 4, "whiten": true]))
  }

  @Test func settingAFieldOfAKindGivenByName() throws {
    let text = sound.with(
      "representation: truth", "representation: pca\n    set: {representation.components: 3}")
    #expect(try rows(text)[7].representation.parameters == ["components": 3, "whiten": true])
  }

  @Test func matrixRows() throws {
    let rows = try rows(sound)[3..<7]
    #expect(rows.map(\.id) == ["sweep-1-256", "sweep-1-1200", "sweep-2-5-256", "sweep-2-5-1200"])
    #expect(
      rows.map(\.label) == [
        "beta = 1, 256 units", "beta = 1, 1200 units", "beta = 2.5, 256 units", "beta = 2.5, 1200 units",
      ])
    #expect(rows.map { $0.representation.parameters["beta"] } == [1, 1, 2.5, 2.5])
    #expect(rows.map { $0.representation.parameters["hidden"] } == [256, 1200, 256, 1200])
  }

  @Test func aRowMayExtendOneOfAMatrixAndALaterRow() throws {
    let text = sound.with(
      "  - id: vae\n",
      "  - {id: early, label: Early, extends: sweep-2-5-256, set: {representation.updates: 7}}\n  - id: vae\n"
    )
    let early = try rows(text)[0].representation.parameters
    #expect(early["beta"] == 2.5)
    #expect(early["hidden"] == 256)
    #expect(early["updates"] == 7)
  }

  @Test func aLongChain() throws {
    var text = sound.components(separatedBy: "expect:")[0] + "  - {id: c0, label: l0, extends: vae}\n"
    for index in 1...3000 { text += "  - {id: c\(index), label: l\(index), extends: c\(index - 1)}\n" }
    #expect(try rows(text).last?.representation.parameters["hidden"] == 1200)
  }
}
