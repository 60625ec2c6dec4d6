import Files
import Testing

@testable import Datasets

/// The renderer against true dSprites frames, where the data folder holds them.
@Suite struct OfficialFramesTests {
  static let path = dataFolder.map { Paths.join($0, "dsprites-official-frames/dsprites-official-frames.npz") }
  static var isPresent: Bool {
    guard let path else { return false }
    return (try? POSIXFileSystem().exists(path)) ?? false
  }

  /// How many of the frames are drawn exactly, and how many pixels are wrong in all frames together.
  private static func compare(_ imagesName: String, _ latentsName: String) throws -> (exact: Int, wrong: Int)
  {
    let archive = try NPZ(#require(path))
    let frames = try archive.array(imagesName)
    let latents = try archive.array(latentsName).doubles.map { Int($0) }
    var (exact, wrong) = (0, 0)
    for frame in 0..<frames.shape[0] {
      let values = Array(latents[(frame * 5)..<(frame * 5 + 5)])
      let kept = Dictionary(uniqueKeysWithValues: zip(FactorGrid.dSprites.names, values.map { [$0] }))
      let drawn = try DSprites.rendered(FactorSelection(.dSprites, keeping: kept)).packedWords(for: [0])
      let official = (0..<64).map { row in
        (0..<64).reduce(UInt64(0)) { word, column in
          word | (frames.bytes[(frame * 64 + row) * 64 + column] == 0 ? 0 : 1) << UInt64(column)
        }
      }
      let different = zip(drawn, official).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
      exact += different == 0 ? 1 : 0
      wrong += different
    }
    return (exact, wrong)
  }

  @Test(
    .enabled(
      if: isPresent, "needs dsprites-official-frames/dsprites-official-frames.npz in the folder RETABLE_DATA")
  )
  func `draws 300 of 320 official frames exactly`() throws {
    let (exact, wrong) = try Self.compare("gif", "gif_latents")
    #expect(exact >= 300)
    #expect(wrong <= 36)
  }

  @Test(
    .enabled(
      if: isPresent, "needs dsprites-official-frames/dsprites-official-frames.npz in the folder RETABLE_DATA")
  )
  func `draws frames that it was not fitted to`() throws {
    let (exact, wrong) = try Self.compare("samples100", "samples100_latents_fitted")
    #expect(exact >= 90)
    #expect(wrong <= 20)
  }
}
