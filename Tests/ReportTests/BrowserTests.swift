import Files
import Foundation
import Images
import TestSupport
import Testing

@testable import Report

/// The written page in a browser. One after another: each starts a browser.
@Suite(
  .serialized,
  .enabled(if: Browser.program != nil, "no chromium on PATH: scripts/test-tools.sh installs it"))
struct BrowserTests {
  private let folder: TemporaryDirectory
  private let page: String

  init() throws {
    folder = try TemporaryDirectory()
    for name in ["traversal-vae", "samples-beta-vae"] {
      try folder.file(
        "figures/\(name).png",
        try Raster(width: 32, height: 16, colour: .grey, filledWith: Ink(grey: 200)).png())
    }
    _ = try ReportWriter(results: SampleResults.results()).write(to: folder.path)
    page = folder.path("report.html")
  }

  /// The page with one thing spoilt.
  private func spoilt(_ change: (inout String) throws -> Void) throws -> Browser.Findings {
    var text = try POSIXFileSystem().text(of: page)
    let whole = text
    try change(&text)
    #expect(text != whole, "the page was not changed")
    return try Browser.inspect(try folder.file("spoilt.html", text.utf8))
  }

  @Test func `the page shows every picture and leaves the console empty`() throws {
    let findings = try Browser.inspect(page)
    #expect(findings.console == [])
    #expect(findings.missingPictures == [])
    let charts = (try? Gnuplot()) == nil ? 0 : 3
    #expect(findings.images.count == charts + 2)
    #expect(findings.overflows == [])
    #expect(findings.deadLinks == [])
    #expect(findings.doubleIDs == [])
    #expect(findings.external == [])
    #expect(findings.stuck == [])
    #expect(findings.unfocused == [])
    #expect(findings.faint == [])
    // Eight rows in the main table and in each of two further ones.
    #expect(findings.disclosures == 24)
  }

  @Test func `a broken picture is found`() throws {
    let findings = try spoilt { text in
      let start = try #require(text.range(of: "base64,"))
      text.insert(contentsOf: "AAAA", at: start.upperBound)
    }
    #expect(findings.missingPictures.count == 1)
  }

  @Test func `a picture that is not there is found`() throws {
    let findings = try spoilt {
      $0 = $0.replacing("</main>", with: "<img alt=\"lost\" src=\"figures/lost.png\"/></main>")
    }
    #expect(findings.missingPictures == ["lost"])
    #expect(findings.external == ["figures/lost.png"])
  }

  @Test func `a script error is found`() throws {
    let findings = try spoilt { text in
      let start = try #require(text.range(of: "<meta http-equiv"))
      let end = try #require(text.range(of: "/>", range: start.upperBound..<text.endIndex))
      text.removeSubrange(start.lowerBound..<end.upperBound)
      text = text.replacing("</body>", with: "<script>missing()</script></body>")
    }
    let console = try #require(findings.console)
    #expect(console.contains { $0.contains("ReferenceError: missing is not defined") }, "\(console)")
  }

  @Test func `a script is refused by the page's own policy`() throws {
    let findings = try spoilt {
      $0 = $0.replacing("</body>", with: "<script>document.title = 'changed'</script></body>")
    }
    let console = try #require(findings.console)
    #expect(console.contains { $0.contains("Content Security Policy") }, "\(console)")
  }

  @Test func `a page that is too wide for a phone is found`() throws {
    let findings = try spoilt {
      $0 = $0.replacing("</main>", with: "<p style=\"width: 600px\">wide</p></main>")
    }
    #expect(findings.overflows.map { $0.prefix(4) } == ["375:"])
  }

  @Test func `dead links, double names and stuck evidence are found`() throws {
    let findings = try spoilt {
      $0 = $0.replacing("</main>", with: "<p id=\"content\"><a href=\"#nowhere\">x</a></p></main>")
        .replacing("tr.evidence:target { display: table-row; }", with: "x { color: red; }")
        .replacing("tr.evidence { display: none; }", with: "")
    }
    #expect(findings.deadLinks == ["#nowhere"])
    #expect(findings.doubleIDs == ["content"])
    #expect(findings.stuck.count == 24)
  }

  @Test func `faint text and a focus that nobody sees are found`() throws {
    let findings = try spoilt {
      $0 = $0.replacing(
        "</main>", with: "<p style=\"color: #999\">faint <a href=\"#content\" tabindex=\"3\">x</a></p></main>"
      )
      .replacing("summary:focus-visible,", with: "")
      .replacing("</style>", with: "summary:focus-visible { outline: none; }</style>")
    }
    // Light grey is too little on white, and enough on black.
    #expect(findings.faint == ["light 2.77: p faint x"])
    #expect(findings.unfocused.filter { $0.hasPrefix("a ") } == ["a x"])
    // In rows of evidence there are more of them.
    #expect(findings.unfocused.filter { $0.hasPrefix("summary ") }.count >= 24)
  }

  @Test func `the index of a site leads to everything and can be used by all`() throws {
    let site = folder.path("site")
    var writer = try SiteWriter(site, commit: "0123abc")
    for profile in ["quick", "desk"] {
      let results = SampleResults.results(profile: profile)
      let source = folder.path("source/\(profile)")
      for name in ["traversal-vae", "a b#%"] {
        try folder.file(
          "source/\(profile)/figures/\(name).png",
          try Raster(width: 32, height: 16, colour: .grey, filledWith: Ink(grey: 200)).png())
      }
      try results.save(to: Paths.join(source, "results.h5"))
      #expect(try writer.add(results, from: source) == [])
    }
    _ = try writer.finish()
    let findings = try Browser.inspect(Paths.join(site, "index.html"))
    #expect(findings.console == [])
    #expect(findings.missingPictures == [])
    #expect(findings.images.count == 2)
    #expect(findings.overflows == [])
    #expect(findings.deadLinks == [])
    #expect(findings.doubleIDs == [])
    #expect(findings.unfocused == [])
    #expect(findings.faint == [])
    #expect(findings.external.count > 10)
    for address in findings.external {
      let parts = address.split(separator: "#", omittingEmptySubsequences: false)
      let file = Paths.join(site, try #require(String(parts[0]).removingPercentEncoding))
      #expect(try POSIXFileSystem().exists(file), "\(address)")
      guard parts.count > 1 else { continue }
      #expect(try POSIXFileSystem().text(of: file).contains("id=\"\(parts[1])\""), "\(address)")
    }
  }
}
