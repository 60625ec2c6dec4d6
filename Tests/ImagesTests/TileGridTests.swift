import Testing

@testable import Images

@Suite struct TileGridTests {
  private func tile(_ level: UInt8, border: Ink? = nil, isFaded: Bool = false) -> TileGrid.Tile {
    TileGrid.Tile(
      Raster(width: 2, height: 1, colour: .grey, filledWith: Ink(grey: level)), border: border,
      isFaded: isFaded)
  }

  @Test func `lays tiles in rows with padding and frames`() throws {
    var grid = TileGrid(rows: [[tile(10), tile(20, border: .black)], [tile(30)]])
    grid.padding = 1
    let canvas = try grid.composed()
    #expect(canvas.colour == .grey)
    #expect(canvas.width == 1 + 4 + 1 + 4 + 1)
    #expect(canvas.height == 1 + 3 + 1 + 3 + 1)
    let w: UInt8 = 255
    #expect(
      Array(canvas.bytes[..<55]) == [
        w, w, w, w, w, w, w, w, w, w, w,
        w, w, w, w, w, w, 0, 0, 0, 0, w,
        w, w, 10, 10, w, w, 0, 20, 20, 0, w,
        w, w, w, w, w, w, 0, 0, 0, 0, w,
        w, w, w, w, w, w, w, w, w, w, w,
      ])
    #expect(Array(canvas.bytes[66..<77]) == [w, w, 30, 30, w, w, w, w, w, w, w])
  }

  @Test func `enlarges and fades pictures`() throws {
    var grid = TileGrid(rows: [[tile(0, isFaded: true)]])
    (grid.padding, grid.borderWidth, grid.enlargement) = (0, 0, 2)
    let canvas = try grid.composed()
    #expect(canvas == Raster(width: 4, height: 2, colour: .grey, filledWith: Ink(grey: 80)))
  }

  @Test func `a coloured frame makes the whole RGB`() throws {
    let red = Ink(red: 255, green: 0, blue: 0)
    var grid = TileGrid(rows: [[tile(9, border: red)]])
    grid.padding = 0
    let canvas = try grid.composed()
    #expect(canvas.colour == .rgb)
    #expect(canvas[row: 0, column: 0] == red)
    #expect(canvas[row: 1, column: 1] == Ink(grey: 9))
  }

  @Test func `captions make room for themselves`() throws {
    var grid = TileGrid(rows: [[tile(255)]], columnCaptions: ["1", "7"], rowCaptions: ["-"])
    (grid.padding, grid.borderWidth) = (1, 0)
    #expect(
      try picture(grid.composed()) == [
        "...................",
        ".........#...#####.",
        "........##.......#.",
        ".........#......#..",
        ".........#.....#...",
        ".........#....#....",
        ".........#....#....",
        "........###...#....",
        "...................",
        "...................",
        "...................",
        "...................",
        ".#####.............",
        "...................",
        "...................",
        "...................",
        "...................",
      ])
  }

  @Test func `every line of a caption is centred`() throws {
    var grid = TileGrid(rows: [[tile(255)]], columnCaptions: ["---\n|"])
    (grid.padding, grid.borderWidth) = (0, 0)
    let rows = try picture(grid.composed())
    #expect(rows[3] == "#####.#####.#####")
    #expect(rows[10] == "........#........")
  }

  @Test func `nothing is one pixel`() throws {
    var grid = TileGrid(rows: [])
    grid.padding = 0
    #expect(try grid.composed() == Raster(width: 1, height: 1, colour: .grey, filledWith: .white))
  }

  @Test func `refuses what no memory holds`() throws {
    var grid = TileGrid(rows: [[tile(0)]])
    grid.enlargement = 1 << 20
    let error = #expect(throws: ImageError.self) { try grid.composed() }
    #expect(
      error?.description
        == "an image of 2097158 x 1048582 pixels is larger than the 268435456 pixels that are allowed; "
        + "use fewer or smaller tiles")
  }
}
