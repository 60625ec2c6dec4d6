import Console
import Testing

@Suite struct SafeTextTests {
  @Test func `our colours pass where there are colours`() {
    let text = Style.red.paint("FAILED", colour: true) + "\tsteps\n\u{1B}[1;31merror:\u{1B}[0m"
    #expect(Style.safe(text, colour: true) == text)
    #expect(Style.safe(text, colour: false) == "␛[31mFAILED␛[0m\tsteps\n␛[1;31merror:␛[0m")
  }

  @Test(arguments: [
    ("\u{1B}]0;OWNED\u{7}", "␛]0;OWNED␇"), ("\u{1B}[2J", "␛[2J"), ("\u{1B}[8mhidden", "␛[8mhidden"),
    ("a\rb", "a b"), ("\u{9B}31m", "\u{FFFD}31m"), ("\u{600}\u{1B}[2K", "\u{600}␛[2K"), ("\u{1B}", "␛"),
    ("\u{1B}[", "␛["), ("\u{1B}\u{1B}[2m", "␛\u{1B}[2m"), ("a\u{8}b", "a␈b"),
  ])
  func `no other sequence reaches a terminal`(text: String, safe: String) {
    #expect(Array(Style.safe(text, colour: true).unicodeScalars) == Array(safe.unicodeScalars))
  }

  @Test func `a message of a step cannot leave its line`() {
    var region = LiveRegion()
    region.entries = [LiveRegion.Entry(label: "a\u{1B}[Ab", fraction: .nan, message: "x\ny")]
    #expect(
      region.lines(width: 100, height: 24, colour: false)[0] == "░░░░░░░░░░░░░░░░░░░░   0% a␛[Ab  x y")
  }
}
