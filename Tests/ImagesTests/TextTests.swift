import Testing

@testable import Images

/// A raster as text: "#" where it is dark.
func picture(_ raster: Raster) -> [String] {
  (0..<raster.height).map { row in
    String((0..<raster.width).map { raster[row: row, column: $0].luma < 128 ? "#" : "." })
  }
}

@Suite struct TextTests {
  private func written(_ text: String, scale: Int = 1) -> Raster {
    let size = Raster.size(ofText: text, scale: scale)
    var canvas = Raster(width: size.width, height: size.height, colour: .grey, filledWith: .white)
    canvas.draw(text, row: 0, column: 0, scale: scale)
    return canvas
  }

  @Test func `writes a caption`() {
    #expect(
      picture(written("KL 2.3")) == [
        "#...#.#............###.........###.",
        "#..#..#...........#...#.......#...#",
        "#.#...#...............#...........#",
        "##....#..............#..........##.",
        "#.#...#.............#.............#",
        "#..#..#............#.....##...#...#",
        "#...#.#####.......#####..##....###.",
      ])
  }

  @Test func `measures lines`() {
    #expect(Raster.size(ofText: "") == (0, 0))
    #expect(Raster.size(ofText: "A") == (5, 7))
    #expect(Raster.size(ofText: "ABC\nD") == (17, 17))
    #expect(Raster.size(ofText: "ABC\nD", scale: 3) == (51, 51))
  }

  @Test func `larger text is the enlarged small text`() {
    #expect(written("x1", scale: 3) == written("x1").enlarged(by: 3))
  }

  @Test func `an unknown character is a box`() {
    #expect(
      picture(written("☃")) == ["#####", "#...#", "#...#", "#...#", "#...#", "#...#", "#####"])
  }

  @Test func `every printable ASCII character has a glyph of its own`() {
    let characters = (32..<127).map { Character(Unicode.Scalar($0)) }
    let box = Font.rows(of: "☃")
    var seen: [[UInt8]: Character] = [:]
    for character in characters {
      let rows = Font.rows(of: character)
      #expect(rows.count == Font.height)
      #expect(rows.allSatisfy { $0 < 1 << Font.width })
      #expect(rows != box)
      #expect(seen.updateValue(character, forKey: rows) == nil)
    }
  }

  @Test func `text outside the image is cut off`() {
    var canvas = Raster(width: 3, height: 2, colour: .grey, filledWith: .white)
    canvas.draw("E", row: -6, column: -2)
    #expect(picture(canvas) == ["###", "..."])
  }
}
