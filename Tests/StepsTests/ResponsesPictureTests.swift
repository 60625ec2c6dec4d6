import Datasets
import Images
import LinearAlgebra
import Metrics
import Testing

@testable import Steps

@Suite("The picture of what each number of a code answers to")
struct ResponsesPictureTests {
  /// Codes of every seventh image: its column, nothing, and its scale where it is a heart.
  private static let pool: CodePool = {
    let grid = FactorGrid.dSprites
    let indices = Array(stride(from: 0, to: grid.count, by: 7))
    let values = indices.map(grid.values(of:))
    let codes = Matrix<Float>(
      rows: indices.count, columns: 3,
      elements: values.flatMap { [Float($0[3]), 1, $0[0] == 2 ? Float($0[1]) : 0] })
    guard let pool = try? CodePool(grid: grid, indices: indices, codes: .dense(codes)) else {
      preconditionFailure("the codes fit their pool")
    }
    return pool
  }()

  @Test func `a position is blue on one side and red on the other, for every shape`() throws {
    let tiles = try ResponsesPicture(pool: Self.pool, latents: [0], kl: nil).tiles(of: 0)
    #expect(tiles.count == 3 + 2 + 5)
    for tile in tiles.prefix(3) {
      #expect(tile.picture.width == 64 && tile.picture.height == 64)
      for row in [0, 40, 63] {
        let (left, right) = (tile.picture[row: row, column: 0], tile.picture[row: row, column: 63])
        #expect(left.blue > left.red && right.red > right.blue)
      }
    }
    // A number that is the column is explained by it, and by nothing else: a full bar, and four empty ones.
    let bars = tiles.suffix(5).map { $0.picture[row: 2, column: 2] != .white }
    #expect(bars == [false, false, false, true, false])
  }

  @Test func `a number that never varies is white everywhere, and its bars are empty`() throws {
    let tiles = try ResponsesPicture(pool: Self.pool, latents: [1], kl: nil).tiles(of: 1)
    #expect(tiles[0].picture.bytes.allSatisfy { $0 == 255 })
    #expect(tiles.suffix(5).allSatisfy { $0.picture[row: 62, column: 2] == .white })
  }

  @Test func `lines part the shapes`() throws {
    let line = try ResponsesPicture(pool: Self.pool, latents: [2], kl: nil).tiles(of: 2)[3].picture
    // At the largest scale hearts, black, stand above the two other shapes, of which one is drawn over the other.
    let column = (0..<line.height).map { line[row: $0, column: line.width - 1] }
    let heart = try #require(column.firstIndex(of: .black))
    let other = try #require(column.firstIndex(of: Ink(red: 0xD5, green: 0x5E, blue: 0x00)))
    #expect(heart < other)
  }

  @Test func `what carries no information is greyed out`() throws {
    let picture = try ResponsesPicture(pool: Self.pool, latents: [0, 1], kl: [2, 0.01, 0])
    #expect(picture.tiles(of: 0).allSatisfy { !$0.isFaded } && picture.tiles(of: 1).allSatisfy(\.isFaded))
    #expect(try Raster(png: picture.png()).width > 600)
  }
}
