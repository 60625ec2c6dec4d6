import Manifest
import Testing

@Suite struct DiagnosticTests {
  private let diagnostic = Diagnostic(
    file: "x.yaml", line: 9, column: 14, length: 5, sourceLine: "  - {id: mig, lable: MIG}",
    message: "a column has no key `lable`", suggestion: "did you mean `label`?")

  @Test func plain() {
    #expect(
      diagnostic.rendered() == """
        x.yaml:9:14: error: a column has no key `lable`
            9 |   - {id: mig, lable: MIG}
              |              ^~~~~
              did you mean `label`?
        """)
  }

  @Test func coloured() {
    #expect(
      diagnostic.rendered(colour: true) == """
        \u{1B}[1mx.yaml:9:14:\u{1B}[0m \u{1B}[1;31merror:\u{1B}[0m \u{1B}[1ma column has no key `lable`\u{1B}[0m
            9 |   - {id: mig, lable: MIG}
              |              \u{1B}[32m^~~~~\u{1B}[0m
              did you mean `label`?
        """)
  }

  @Test func tabsStayTabs() {
    var tabbed = diagnostic
    tabbed.sourceLine = "a:\t- lable"
    tabbed.column = 6
    #expect(tabbed.rendered().contains("\n      |   \t  ^~~~~\n"))
  }

  @Test func longLinesAreCut() {
    var long = diagnostic
    long.sourceLine = String(repeating: "x", count: 500) + "lable" + String(repeating: "y", count: 500)
    long.column = 501
    let lines = long.rendered().split(separator: "\n")
    #expect(lines[1].contains("…xxx"))
    #expect(lines[1].hasSuffix("yyy…"))
    let column = lines[1].distance(
      from: lines[1].startIndex, to: lines[1].firstIndex(of: "l") ?? lines[1].endIndex)
    let caret = lines[2].distance(
      from: lines[2].startIndex, to: lines[2].firstIndex(of: "^") ?? lines[2].endIndex)
    #expect(column == caret)
  }

  @Test(arguments: [0, 1, 25, 26, 1000])
  func anyColumnCanBeRendered(column: Int) {
    var odd = diagnostic
    odd.column = column
    odd.length = 100
    #expect(odd.rendered().contains("^"))
  }

  @Test func aFileAsAWhole() {
    #expect(
      Diagnostic(.warning, file: "x.yaml", message: "odd").rendered() == "x.yaml: warning: odd")
  }

  @Test func summaries() {
    let warning = Diagnostic(.warning, file: "x.yaml", message: "odd")
    let error = Diagnostic(file: "x.yaml", message: "wrong")
    #expect(ManifestError(path: "x.yaml", diagnostics: [error]).summary == "1 error in x.yaml")
    #expect(
      ManifestError(path: "x.yaml", diagnostics: [error, error, warning]).summary
        == "2 errors and 1 warning in x.yaml")
  }
}
