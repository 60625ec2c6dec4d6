import Files
import Foundation
import Manifest
import Testing

/// What a matrix does with several axes.
@Suite struct MatrixTests {
  private func rows(_ matrix: String, label: String = "l", extra: String = "") throws -> [Row] {
    try parse(text(matrix, label: label, extra: extra)).experiment(.desk).rows.filter {
      $0.id.hasPrefix("sweep")
    }
  }

  private func text(_ matrix: String, label: String, extra: String = "") -> String {
    sound.with("{representation.beta: [1, 2.5], representation.hidden: [256, 1200]}", matrix + extra)
      .with("\"beta = {representation.beta}, {representation.hidden} units\"", "\"\(label)\"")
  }

  @Test func threeAxesGiveEveryCombinationTheLastFastest() throws {
    let rows = try rows(
      "{representation.beta: [1, 2], representation.hidden: [8, 16], representation.optimiser.method: [adam, adagrad]}",
      label: "{representation.beta}/{representation.hidden}/{representation.optimiser.method}")
    #expect(
      rows.map(\.id) == [
        "sweep-1-8-adam", "sweep-1-8-adagrad", "sweep-1-16-adam", "sweep-1-16-adagrad", "sweep-2-8-adam",
        "sweep-2-8-adagrad", "sweep-2-16-adam", "sweep-2-16-adagrad",
      ])
    #expect(rows.map(\.label)[5] == "2/8/adagrad")
    for row in rows {
      let parts = row.label.split(separator: "/").map(String.init)
      #expect(row.representation.parameters["beta"]?.canonical == parts[0])
      #expect(row.representation.parameters["hidden"]?.canonical == parts[1])
      #expect(row.representation.parameters["optimiser"]?["method"]?.string == parts[2])
      // What no axis names is inherited.
      #expect(row.representation.parameters["updates"] == 4000)
    }
  }

  @Test func valuesThatNameNothingAreGivenNames() throws {
    let rows = try rows(
      "{representation.layers: {none: [], small: [16, 32], large: {quick: [4], desk: [64], paper: [64]}}, representation.beta: [1, 2]}",
      label: "{representation.layers} {representation.beta}")
    #expect(
      rows.map(\.id) == [
        "sweep-none-1", "sweep-none-2", "sweep-small-1", "sweep-small-2", "sweep-large-1", "sweep-large-2",
      ])
    #expect(rows.map(\.label)[2] == "small 1")
    #expect(
      rows.map { $0.representation.parameters["layers"] } == [[], [], [16, 32], [16, 32], [64], [64]])
  }

  @Test func wrongAxes() {
    func found(_ matrix: String, extra: String = "") -> [String] {
      problems(text(matrix, label: "l", extra: extra))
    }
    #expect(
      found("{representation.beta: {quick: [1], desk: [1, 2], paper: [1]}}") == [
        "32:35: error: an axis of a matrix is the same in every profile: each row is in all of them"
      ])
    #expect(
      found("{representation.layers: {Big: [1]}}") == [
        "32:38: error: `Big` is not a name of the form [a-z0-9-]+"
      ])
    #expect(
      found("{representation.beta: [1, 2], representation.hiden: [8]}") == [
        "32:43: error: `vae` has no field `hiden` | did you mean `hidden`?"
      ])
    #expect(
      found("{representation.beta: [1, 1], representation.hidden: [8]}") == [
        "30:9: error: the row `sweep-1-8` is there already, on line 30"
      ])
    #expect(
      found(
        "{representation.beta: [1], representation.hidden: [8]}", extra: "\n    set: {representation.beta: 4}"
      )
        == [
          "33:11: error: `representation.beta` is set here and is an axis of the matrix | leave out one of the two"
        ])
    let many = (1...101).map(String.init).joined(separator: ", ")
    #expect(
      found("{representation.beta: [\(many)], representation.hidden: [\(many)]}").map {
        $0.components(separatedBy: ": ").last ?? ""
      } == ["a matrix of more than 10000 rows"])
  }
}
