import Foundation
import TestSupport
import Testing

@testable import Report

@Suite struct FontsTests {
  /// Fonts that have the characters of these numbers.
  private func fonts(_ numbers: [String], _ folder: TemporaryDirectory) throws -> Fonts {
    let path = try folder.file(
      "fc-list",
      Array(
        "#!/bin/sh\ncase $1 in\n\(numbers.map { ":charset=\($0)" }.joined(separator: "|"))) echo A font;;\nesac\n"
          .utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return Fonts(environment: ["PATH": folder.path])
  }

  @Test func `what no font has is an empty square, and nothing else changes`() throws {
    let folder = try TemporaryDirectory()
    let fonts = try fonts(["4e2d", "200d", "600"], folder)
    for text in ["", "β-VAE ± 1 − 2 … 100 %\nb", "中", "a\u{200D}b"] { #expect(fonts.drawable(text) == text) }
    #expect(fonts.drawable("VAE 中文 β") == "VAE 中□ β")
    // A sign that encloses what follows is one Character with it, and a frame whatever the fonts have.
    #expect(fonts.drawable("PCA\u{600}'.x") == "PCA□'.x")
    #expect(Fonts(environment: ["PATH": "/nowhere"]).drawable("中文 β") == "□□ β")
  }

  @Test(.enabled(if: (try? Gnuplot()) != nil, "needs gnuplot"))
  func `a label that no font can draw leaves the chart its room`() throws {
    func chart(_ label: String) throws -> [UInt8] {
      try Gnuplot().draw(
        Figure(
          name: "x", caption: "x", csv: "",
          script: GnuplotScript.head(width: 300, height: 200) + "set key\nplot x title \(text: label)\n"))
    }
    // The last private-use character is in no font.
    #expect(try chart("PCA \u{10FFFD}") == chart("PCA □"))
    #expect(try chart("PCA \u{10FFFD}") != chart("PCA"))
  }
}
