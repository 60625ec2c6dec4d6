import Files
import Foundation
import TestSupport
import Testing

@testable import Images

@Suite struct PNGTests {
  private static func pattern(_ colour: Raster.Colour) -> Raster {
    let bytes = (0..<(37 * 11 * colour.channels)).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
    return Raster(width: 37, height: 11, colour: colour, bytes: bytes)
  }

  @Test(arguments: [Raster.Colour.grey, .rgb]) func `comes back bit for bit`(colour: Raster.Colour) throws {
    let raster = Self.pattern(colour)
    #expect(try Raster(png: raster.png()) == raster)
  }

  @Test func `equal images are equal bytes and hold no time`() throws {
    let first = try Self.pattern(.rgb).png()
    #expect(try Self.pattern(.rgb).png() == first)
    #expect(first.firstRange(of: "tIME".utf8) == nil)
    #expect(first.firstRange(of: "tEXt".utf8) == nil)
  }

  /// Noise does not compress: the file is larger than its pixels.
  @Test func `holds noise`() throws {
    var state: UInt64 = 1
    let bytes = (0..<(300 * 300)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
    let raster = Raster(width: 300, height: 300, colour: .grey, bytes: bytes)
    let file = try raster.png()
    #expect(file.count > bytes.count)
    #expect(try Raster(png: file) == raster)
  }

  struct Answer: Decodable {
    var file: Data
    var pixels: Data
  }

  /// Every form of PNG, with what Pillow's `convert("RGB")` makes of it (`reference/png.py`).
  static let answers = Result {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    let text = try POSIXFileSystem().contents(of: Paths.join(folder, "reference/png.json"))
    return try JSONDecoder().decode([String: Answer].self, from: Data(text))
  }

  @Test func `reads every form as Pillow does`() throws {
    let answers = try Self.answers.get()
    #expect(answers.count == 44)
    for (name, answer) in answers {
      let raster = try Raster(png: Array(answer.file))
      #expect(raster.width == 9 && raster.height == 7, "\(name)")
      let rgb = raster.colour == .grey ? raster.bytes.flatMap { [$0, $0, $0] } : raster.bytes
      #expect(rgb == Array(answer.pixels), "\(name)")
    }
  }

  @Test func `a damaged file is an error or an image, never the end`() throws {
    let answers = try Self.answers.get().sorted { $0.key < $1.key }
    var mutator = Mutator(seed: 17)
    var read = 0
    for number in 0..<Mutator.count(default: 4000) {
      let mutant = mutator.mutant(of: Array(answers[number % answers.count].value.file))
      do {
        let raster = try Raster(png: mutant)
        #expect(raster.bytes.count == raster.width * raster.height * raster.colour.channels)
        read += 1
      } catch {
        #expect(!"\(error)".isEmpty)
      }
    }
    #expect(read > 0)
  }

  @Test func `a few bytes do not claim a large image`() throws {
    var file = try Self.pattern(.grey).png()
    // 16,000 x 16,000 pixels are allowed, and 256 million bytes.
    for position in [16, 20] { file.replaceSubrange(position..<(position + 4), with: [0, 0, 0x3E, 0x80]) }
    let error = #expect(throws: ImageError.self) { try Raster(png: file) }
    #expect(
      error?.description
        == "cannot read the PNG: it claims 16000 x 16000 pixels, which \(file.count) bytes cannot hold. The file is "
        + "damaged or no PNG; make or download it again")
  }

  @Test func `every truncated file is an error`() throws {
    let file = try Self.pattern(.grey).png()
    for count in stride(from: 0, to: file.count - 16, by: 13) {
      let error = #expect(throws: ImageError.self) { try Raster(png: Array(file.prefix(count))) }
      guard case .decoding = error else {
        Issue.record("\(count) bytes: \(String(describing: error))")
        continue
      }
    }
  }

  @Test func `a web page is no PNG`() {
    let error = #expect(throws: ImageError.self) { try Raster(png: Array("<html><body></body></html>".utf8)) }
    #expect(
      error?.description
        == "cannot read the PNG: Not a PNG file. The file is damaged or no PNG; make or download it again")
  }

  @Test func `a header that claims too much is refused before memory is taken`() throws {
    var file = try Self.pattern(.grey).png()
    for position in [16, 20] { file.replaceSubrange(position..<(position + 4), with: [0, 15, 66, 64]) }
    // The checksum of that header, by `reference/png.py`.
    file.replaceSubrange(29..<33, with: [0x79, 0x06, 0x67, 0xA1])
    let error = #expect(throws: ImageError.self) { try Raster(png: file) }
    #expect(
      error?.description
        == "an image of 1000000 x 1000000 pixels is larger than the 268435456 pixels that are allowed; "
        + "use fewer or smaller tiles")
  }
}
