import Files
import Foundation
import TestSupport
import Testing

/// `retable site` on results of this repository.
@Suite struct SiteCommandTests {
  private static let recorded = Paths.join(Paths.parent(of: #filePath), "../../Results")

  @Test func `a site is written, written again, and never into another folder`() throws {
    let program = try Program()
    for profile in ["quick", "desk"] {
      let name = "svhn/\(profile)/results.h5"
      try program.folder.file(
        "Results/\(name)", try POSIXFileSystem().contents(of: "\(Self.recorded)/\(name)"))
    }
    let first = try program.run("site", "--commit", "0123abc")
    #expect(first.code == 0, "\(first.errors)")
    let site = program.folder.path("site")
    let names = try POSIXFileSystem().files(below: site)
    #expect(first.output == "1 table in 2 profiles, \(names.count) files: open site/index.html\n")
    #expect(names.contains("svhn/desk/report.html") && names.contains("svhn/quick/results.h5"))
    let index = try POSIXFileSystem().text(of: "\(site)/index.html")
    #expect(index.contains("<code>0123abc</code>"))

    let second = try program.run("site", "--commit", "0123abc")
    #expect(second.output == first.output)
    #expect(try POSIXFileSystem().text(of: "\(site)/index.html") == index)

    let refused = try program.run("site", "--output", "Results")
    #expect(refused.code == 2)
    #expect(
      refused.errors
        == "error: cannot write a site to Results: it is there already, and 'retable site' has not made it. Name a folder "
        + "that is not there or is empty, or remove this one.\n")
    let nothing = try program.run("site", "--results", "none")
    #expect(nothing.code == 5)
  }
}
