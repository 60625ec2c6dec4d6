import Files
import Foundation
import Testing

@testable import Datasets

@Suite struct SpriteTests {
  /// Digests and numbers of on pixels by `reference/sprites.py`.
  static let known: [(shapes: [Int], sha256: String, on: Int)] = [
    ([0, 1, 2], "9c311f485a2e0280a2c27edfec56e1380fba28dd84f5ccc1be67cb0f826412ec", 187_943),
    ([0], "3e3abddd27a9bd96fab26d89d0e6032bf1901abb47758f28c67666f674c6e423", 79_074),
    ([1], "c0a6904c247bca40be6453393310aa1234960660e377946b6994d1a097938ba5", 61_371),
    ([2], "6f0e2d2c969f765eea969f8e6b46881a56edc84e1e277d75a9ecf65ffe8e109c", 47_498),
  ]

  @Test(arguments: known) func `draws what the reference draws`(shapes: [Int], sha256: String, on: Int) throws
  {
    let selection = try FactorSelection(
      .dSprites,
      keeping: [
        "shape": shapes, "scale": [0, 3, 5], "orientation": [0, 1, 7, 19, 20, 33, 39], "x": [0, 5, 16, 31],
        "y": [0, 11, 30, 31],
      ])
    let images = try DSprites.rendered(selection)
    let words = images.packedWords(for: Array(0..<images.grid.count))
    #expect(words.reduce(0) { $0 + $1.nonzeroBitCount } == on)
    #expect(words.withUnsafeBytes { Digest.hex(of: $0) } == sha256)
    #expect(images.provenance == .rendered(rules: 1))
  }

  /// Widths and heights at orientation 0 in the corner, as measured on the official frames.
  @Test(arguments: [
    (0, [(10, 10), (12, 12), (14, 14), (16, 16), (18, 18), (20, 20)]),
    (1, [(12, 8), (16, 8), (18, 10), (20, 12), (22, 12), (26, 14)]),
    (2, [(10, 9), (12, 11), (14, 13), (16, 14), (18, 15), (20, 17)]),
  ])
  func `has the official sizes`(shape: Int, sizes: [(Int, Int)]) throws {
    let selection = try FactorSelection(
      .dSprites, keeping: ["shape": [shape], "orientation": [0], "x": [0], "y": [0]])
    let images = try DSprites.rendered(selection)
    for (scale, expected) in sizes.enumerated() {
      let rows = images.packedWords(for: [scale])
      let columns = rows.reduce(0, |)
      #expect(64 - columns.leadingZeroBitCount - columns.trailingZeroBitCount == expected.0)
      #expect(rows.filter { $0 != 0 }.count == expected.1)
    }
  }

  @Test func `draws a heart with its point down`() throws {
    let selection = try FactorSelection(
      .dSprites, keeping: ["shape": [2], "scale": [0], "orientation": [0], "x": [0], "y": [0]])
    let picture = try DSprites.rendered(selection).packedWords(for: [0]).compactMap { row in
      row == 0 ? nil : String((11..<21).map { row >> UInt64($0) & 1 == 1 ? "#" : "." })
    }
    #expect(
      picture == [
        "..#....#..", ".########.", "##########", "##########", ".########.", ".########.", "..######..",
        "...####...", "....##....",
      ])
  }

  @Test func `the last orientation looks like the first`() throws {
    let images = try DSprites.rendered(
      FactorSelection(.dSprites, keeping: ["scale": [4], "orientation": [0, 39], "x": [9], "y": [9]]))
    for shape in 0..<3 {
      #expect(images.packedWords(for: [2 * shape]) == images.packedWords(for: [2 * shape + 1]))
    }
  }

  @Test func `reports the finished fraction in rising order`() throws {
    let log = FractionLog()
    let selection = try FactorSelection(.dSprites, keeping: ["scale": [0], "x": [0], "y": [0]])
    _ = try DSprites.rendered(selection) { log.append($0) }
    #expect(log.fractions == (1...120).map { Double($0) / 120 })
  }
}

private final class FractionLog: @unchecked Sendable {  // `lock` guards `values`
  private let lock = NSLock()
  private var values: [Double] = []
  func append(_ value: Double) { lock.withLock { values.append(value) } }
  var fractions: [Double] { lock.withLock { values } }
}
