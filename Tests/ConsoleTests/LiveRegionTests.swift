import Testing

@testable import Console

@Suite struct LiveRegionTests {
  private var region: LiveRegion {
    var region = LiveRegion()
    region.entries = [
      LiveRegion.Entry(
        label: "train beta-vae, repeat 1", fraction: 0.41, message: "update 410 of 1000, loss 71.2",
        time: "12 s left"),
      LiveRegion.Entry(label: "score vae", fraction: nil, time: "for 3 s"),
    ]
    (region.finished, region.total, region.time) = (12, 38, "about 3 min left")
    return region
  }

  @Test func `a wide terminal shows everything`() {
    #expect(
      region.lines(width: 100, height: 24, colour: false) == [
        "████████▏░░░░░░░░░░░  41% train beta-vae, repeat 1  12 s left  update 410 of 1000, loss 71.2",
        "░░░░░░░░░░░░░░░░░░░░      score vae                 for 3 s  ",
        "12 of 38 steps, about 3 min left",
      ])
  }

  @Test func `a narrow terminal drops the message, then the bar, then the ends of labels`() {
    #expect(
      region.lines(width: 70, height: 24, colour: false)[0]
        == "████████▏░░░░░░░░░░░  41% train beta-vae, repeat 1  12 s left")
    #expect(
      region.lines(width: 46, height: 24, colour: false)[0] == "████░░░░░░  41% train beta-vae, r…  12 s left"
    )
    #expect(region.lines(width: 30, height: 24, colour: false)[0] == " 41% train beta-v…  12 s left")
  }

  @Test(arguments: 1...140) func `no line reaches the edge`(_ width: Int) {
    for colour in [false, true] {
      for line in region.lines(width: width, height: 24, colour: colour) {
        #expect(Screen.length(of: line) < max(20, width), "\(line)")
      }
    }
  }

  @Test func `a low terminal counts what it cannot show`() {
    var many = region
    many.entries = (1...9).map { LiveRegion.Entry(label: "step \($0)", fraction: 0) }
    let lines = many.lines(width: 100, height: 5, colour: false)
    #expect(lines.count == 5)
    #expect(lines[3] == "… and 6 more")
    #expect(lines[4] == "12 of 38 steps, about 3 min left")
    #expect(many.lines(width: 100, height: 10, colour: false).count == 10)
    #expect(many.lines(width: 100, height: 1, colour: false).count == 1)
  }

  @Test func `colours change no character`() {
    let plain = region.lines(width: 80, height: 24, colour: false)
    let painted = region.lines(width: 80, height: 24, colour: true)
    #expect(painted != plain)
    #expect(painted[0].hasPrefix("\u{1B}[36m██████"))
    #expect(painted[2].hasPrefix("\u{1B}[1m12 of 38 steps\u{1B}[0m, about"))
    #expect(zip(painted, plain).allSatisfy { Screen.length(of: $0) == $1.count })
  }

  @Test func `a bar is whole only when the work is`() {
    #expect(Bar(fraction: 1, width: 4).filled == "████")
    #expect(Bar(fraction: 0.999, width: 4).filled == "███▉")
    #expect(Bar(fraction: 0.5, width: 3).text(colour: false) == "█▌░")
    #expect(Bar(fraction: 0, width: 3).text(colour: false) == "░░░")
    for odd in [-1, 2, .nan, .infinity] as [Double] {
      #expect(Bar(fraction: odd, width: 5).text(colour: false).count == 5)
    }
  }
}

@Suite struct ScreenTests {
  @Test func `lines are replaced in one piece`() {
    var screen = Screen()
    #expect(screen.replace(with: ["a", "b"], width: 80) == "a\nb\n")
    #expect(screen.replace(with: ["c"], above: "done\n", width: 80) == "\u{1B}[2A\r\u{1B}[Jdone\nc\n")
    #expect(screen.replace(with: [], width: 80) == "\u{1B}[1A\r\u{1B}[J")
    #expect(screen.isEmpty)
    #expect(screen.replace(with: [], above: "plain\n", width: 80) == "plain\n")
  }

  @Test func `lines that wrapped when the terminal became narrower are erased whole`() {
    var screen = Screen()
    _ = screen.replace(with: [String(repeating: "x", count: 79), "y"], width: 80)
    #expect(screen.replace(with: [], width: 40).hasPrefix("\u{1B}[3A"))
  }

  @Test func `codes of colours have no length`() {
    #expect(Screen.length(of: Style.red.paint("mmm", colour: true)) == 3)
    #expect(Style.red.paint("", colour: true).isEmpty)
  }
}
