import Testing

@testable import Images

@Suite struct RasterTests {
  @Test func `turns intensities into grey levels`() {
    let raster = Raster(width: 3, height: 2, intensities: [0, 0.5, 1, -3, 7, .nan])
    #expect(raster.bytes == [0, 128, 255, 0, 255, 0])
    #expect(raster.colour == .grey)
  }

  @Test func `rows come first`() {
    var raster = Raster(width: 3, height: 2, colour: .rgb, filledWith: .white)
    raster[row: 1, column: 0] = Ink(red: 1, green: 2, blue: 3)
    #expect(
      raster.bytes == [UInt8](repeating: 255, count: 9) + [1, 2, 3] + [UInt8](repeating: 255, count: 6))
    #expect(raster[row: 1, column: 0] == Ink(red: 1, green: 2, blue: 3))
  }

  @Test func `a grey image takes the luma of an ink`() {
    let raster = Raster(width: 1, height: 1, colour: .grey, filledWith: Ink(red: 255, green: 0, blue: 0))
    #expect(raster.bytes == [76])
    #expect((0...255).allSatisfy { Ink(grey: UInt8($0)).luma == UInt8($0) })
  }

  @Test func `enlarges to squares`() {
    let grey = Raster(width: 2, height: 1, colour: .grey, bytes: [3, 9])
    #expect(grey.enlarged(by: 2).bytes == [3, 3, 9, 9, 3, 3, 9, 9])
    #expect(grey.enlarged(by: 1) == grey)
    let coloured = Raster(width: 1, height: 1, colour: .rgb, bytes: [1, 2, 3])
    #expect(coloured.enlarged(by: 2).bytes == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
  }

  @Test func `fades half way`() {
    let raster = Raster(width: 2, height: 1, colour: .grey, bytes: [0, 255])
    #expect(raster.faded(towards: Ink(grey: 101)).bytes == [51, 178])
    let coloured = Raster(width: 1, height: 1, colour: .rgb, bytes: [0, 100, 200])
    #expect(coloured.faded(towards: Ink(red: 200, green: 100, blue: 0)).bytes == [100, 100, 100])
  }

  @Test func `drawing is cut off at the edges`() {
    var canvas = Raster(width: 2, height: 2, colour: .grey, filledWith: .white)
    canvas.draw(Raster(width: 2, height: 2, colour: .grey, bytes: [1, 2, 3, 4]), row: -1, column: 1)
    #expect(canvas.bytes == [255, 3, 255, 255])
    canvas.fill(rows: 1..<9, columns: -4..<1, with: .black)
    #expect(canvas.bytes == [255, 3, 0, 255])
    canvas.fill(rows: 5..<9, columns: 0..<2, with: .black)
    #expect(canvas.bytes == [255, 3, 0, 255])
  }
}
