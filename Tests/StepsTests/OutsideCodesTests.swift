import Datasets
import Files
import Foundation
import Pipeline
import Randomness
import TestSupport
import Testing

@testable import Steps

/// Codes of another program, as the step that takes them sees them.
@Suite struct OutsideCodesTests {
  let folder: TemporaryDirectory
  private let images: DSprites

  init() throws {
    folder = try TemporaryDirectory()
    let grid = FactorGrid(names: FactorGrid.dSprites.names, sizes: [2, 1, 2, 2, 3])
    images = DSprites(
      packed: (0..<(grid.count * DSprites.wordsPerImage)).map { UInt64($0 / DSprites.wordsPerImage) + 1 },
      grid: grid, provenance: .rendered(rules: 1))
    try POSIXFileSystem().makeDirectories(folder.path("data"))
    try images.save(to: folder.path("data/\(DatasetStep.file)"))
  }

  private static let pool: JSON = ["images": 10, "seed": "5"]
  /// Three numbers for each of the 24 images, no two alike.
  private static let all = (0..<72).map { Float($0 * $0 % 71) + Float($0) / 100 }

  private func run(_ codes: [Float], checksums: [Int]? = nil) throws -> (
    view: PooledCodes.View, warnings: [String]
  ) {
    var files = ["codes": ArrayFiles.npy(codes, [codes.count / 3, 3])]
    files["checksums"] = checksums.map { ArrayFiles.npy($0, [$0.count]) }
    let (output, warnings) = try OutsideCodesStep().run(
      reading: files, ["pool": Self.pool], inputs: ["data": folder.path("data")], in: folder)
    let saved = try PooledCodes(file: "\(output)/\(PooledCodes.file)")
    return (try #require(saved.views.first), warnings)
  }

  private func problem(_ codes: [Float], checksums: [Int]? = nil) -> String? {
    #expect(throws: StepsError.self) { try run(codes, checksums: checksums) }?.description
  }

  private func codes(of images: [Int]) -> [Float] { images.flatMap { Self.all[($0 * 3)..<($0 * 3 + 3)] } }

  @Test func `rows of all images and rows of the pool are the same codes`() throws {
    let pool = try Self.pool.decode(Pool.self).indices(of: images.grid)
    #expect(pool == pool.sorted() && pool.count == 10)
    for file in [Self.all, codes(of: pool)] {
      let (view, warnings) = try run(file)
      #expect(view.indices == pool)
      #expect(view.codes?.elements == codes(of: pool))
      #expect(warnings == [])
    }
  }

  @Test func `what cannot be right is refused`() throws {
    #expect(
      problem(Array(Self.all.dropLast(3)))
        == "codes.npy has 23 rows where 24 are wanted, one for each image in the official order; or 10, for the images of "
        + "the pool as `describe --pool` lists them")
    var broken = Self.all
    broken[4] = .nan
    #expect(problem(broken) == "codes.npy has NaN in row 1, column 1 (counted from 0)")
    #expect(
      problem([Float](repeating: 2, count: 72))
        == "codes.npy has only constant columns: it says the same of every image")
    var collapsed = Self.all
    for image in 0..<24 { collapsed[image * 3 + 1] = 0 }
    #expect(
      try run(collapsed).warnings == [
        "codes.npy: 1 of 3 columns are constant and tell nothing, the first of them column 1 (counted from 0)"
      ])
  }

  @Test func `permuted rows are found by checksums`() throws {
    func checksums(white: UInt8) -> [Int] {
      (0..<24).map { image in
        let word = UInt64(image) + 1
        let row = (0..<64).map { word >> $0 & 1 == 1 ? white : UInt8(0) }
        return Int(ArrayFiles.crc32([[UInt8]](repeating: row, count: 64).flatMap { $0 }))
      }
    }
    _ = try run(Self.all, checksums: checksums(white: 1))
    _ = try run(Self.all, checksums: checksums(white: 255))
    let error = try #require(problem(Self.all, checksums: checksums(white: 1).reversed()))
    #expect(
      error.hasPrefix(
        "codes.npy has its rows in another order than the dSprites images: by the checksums, image 1 is in row 22 and not in row 1"
      ))
  }
}
