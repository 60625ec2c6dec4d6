import Files
import Foundation
import TestSupport
import Testing

@testable import Images

/// JPEG files and resized images against Pillow, whose answers `reference/photographs.py` has written.
@Suite struct PhotographTests {
  struct Answers: Decodable {
    struct JPEG: Decodable {
      var file: Data
      var width: Int
      var height: Int
      var pixels: Data
    }
    struct Resized: Decodable {
      var colour: String
      var filter: String
      var from: [Int]
      var to: [Int]
      var pixels: Data
    }
    struct Middle: Decodable {
      var from: [Int]
      var side: Int
      var pixels: Data
    }
    var jpeg: [String: JPEG]
    var resized: [Resized]
    var middle: [Middle]
  }

  static let answers = Result {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    let text = try POSIXFileSystem().contents(of: Paths.join(folder, "reference/photographs.json"))
    return try JSONDecoder().decode(Answers.self, from: Data(text))
  }

  /// The image that the script calls `pattern`.
  static func pattern(_ width: Int, _ height: Int, _ colour: Raster.Colour) -> Raster {
    let channels = colour.channels
    let bytes = (0..<(width * height * channels)).map { index in
      let (x, y) = (index / channels % width, index / channels / width)
      return UInt8((x * 7 + y * y + index % channels * 60 + (x > y ? 90 : 0)) % 256)
    }
    return Raster(width: width, height: height, colour: colour, bytes: bytes)
  }

  private func jpeg(_ name: String) throws -> [UInt8] {
    Array(try #require(try Self.answers.get().jpeg[name]).file)
  }

  @Test(arguments: [
    "colour, chroma at half size", "colour, chroma at half width", "colour, chroma at full size",
    "progressive",
    "grey", "four inks",
  ])
  func `reads the pixels that Pillow reads`(name: String) throws {
    let answer = try #require(try Self.answers.get().jpeg[name])
    let raster = try Raster(jpeg: Array(answer.file), named: name)
    #expect(raster.colour == (name == "grey" ? .grey : .rgb))
    #expect(raster.width == answer.width && raster.height == answer.height)
    #expect(raster.bytes == Array(answer.pixels))
  }

  @Test func `one decoder reads many files, also after a damaged one`() throws {
    let decoder = JPEGDecoder()
    let answers = try Self.answers.get().jpeg
    for answer in answers.values {
      #expect(throws: ImageError.self) { try decoder.decode([1, 2, 3], named: "x") }
      #expect(try decoder.decode(Array(answer.file), named: "x").bytes == Array(answer.pixels))
    }
  }

  @Test func `every truncated file is an error`() throws {
    let file = try jpeg("colour, chroma at half size")
    for count in 0..<(file.count - 2) {
      #expect(throws: ImageError.self, "\(count) bytes") {
        try Raster(jpeg: Array(file.prefix(count)), named: "x")
      }
    }
  }

  @Test func `a damaged file is an error or an image, never the end`() throws {
    let files = try Self.answers.get().jpeg.sorted { $0.key < $1.key }.map { Array($0.value.file) }
    let decoder = JPEGDecoder()
    var mutator = Mutator(seed: 23)
    for number in 0..<Mutator.count(default: 4000) {
      let mutant = mutator.mutant(of: files[number % files.count])
      do {
        let raster = try Raster(photograph: mutant, named: "x", using: decoder)
        #expect(raster.bytes.count == raster.width * raster.height * raster.colour.channels)
      } catch {
        guard case .unreadable("x", let reason) = error, !reason.isEmpty else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }

  @Test func `bytes between the parts of a file do no harm`() throws {
    let answer = try #require(try Self.answers.get().jpeg["grey"])
    var file = Array(answer.file)
    // Before the end-of-image marker.
    file.insert(contentsOf: [1, 2, 3], at: file.count - 2)
    #expect(try Raster(jpeg: file, named: "x").bytes == Array(answer.pixels))
  }

  @Test func `messages name the file`() throws {
    func message(_ file: [UInt8]) -> String? {
      #expect(throws: ImageError.self) { try Raster(jpeg: file, named: "n01443537_0.JPEG") }?.description
    }
    #expect(
      message(Array("<html>".utf8))
        == "cannot read the image n01443537_0.JPEG: Not a JPEG file: starts with 0x3c 0x68. "
        + "The file is damaged or no image; download it again")
    #expect(
      message(Array(try jpeg("grey").dropLast(40)))
        == "cannot read the image n01443537_0.JPEG: Premature end of JPEG file. "
        + "The file is damaged or no image; download it again")
    var huge = try jpeg("grey")
    let frame = try #require(huge.firstRange(of: [0xFF, 0xC0])).lowerBound
    huge.replaceSubrange((frame + 5)..<(frame + 9), with: [0xFF, 0x00, 0xFF, 0x00])
    #expect(
      message(huge)
        == "cannot read the image n01443537_0.JPEG: it claims 65280 x 65280 pixels, more than the 268435456 that are "
        + "allowed. The file is damaged or no image; download it again")
  }

  /// A frame and a scan of 8 x 8 pixels, up to where the data would begin.
  @Test func `a file of two components is an error`() {
    let frame: [UInt8] = [0xFF, 0xC0, 0, 14, 8, 0, 8, 0, 8, 2, 1, 0x11, 0, 2, 0x11, 0]
    let scan: [UInt8] = [0xFF, 0xDA, 0, 10, 2, 1, 0, 2, 0, 0, 63, 0]
    let file: [UInt8] = [0xFF, 0xD8] + frame + scan + [0xFF, 0xD9]
    let error = #expect(throws: ImageError.self) { try Raster(jpeg: file, named: "x") }
    #expect(
      error?.description
        == "cannot read the image x: it has neither one, three nor four components of colour. "
        + "The file is damaged or no image; download it again")
  }

  @Test func `a PNG under another name is read`() throws {
    let raster = Self.pattern(9, 7, .rgb)
    let decoder = JPEGDecoder()
    #expect(try Raster(photograph: raster.png(), named: "x.JPEG", using: decoder) == raster)
    let error = #expect(throws: ImageError.self) {
      try Raster(photograph: Array(raster.png().prefix(50)), named: "x.JPEG", using: decoder)
    }
    #expect(error?.description.hasPrefix("cannot read the image x.JPEG: ") == true)
  }

  @Test func `resizes as Pillow does, bit for bit`() throws {
    for answer in try Self.answers.get().resized {
      let filter = try #require(ResamplingFilter(rawValue: answer.filter))
      let image = Self.pattern(answer.from[0], answer.from[1], answer.colour == "L" ? .grey : .rgb)
      let resized = image.resized(width: answer.to[0], height: answer.to[1], filter: filter)
      #expect(
        resized.bytes == Array(answer.pixels), "\(answer.colour) \(answer.filter) \(answer.from) \(answer.to)"
      )
    }
  }

  @Test func `the middle square is cut as torchvision does`() throws {
    for answer in try Self.answers.get().middle {
      let square = Self.pattern(answer.from[0], answer.from[1], .rgb).middleSquare(side: answer.side)
      #expect(square.width == answer.side && square.height == answer.side)
      #expect(square.bytes == Array(answer.pixels), "\(answer.from) to \(answer.side)")
    }
  }

  @Test func `an image of the right size stays as it is`() {
    let image = Self.pattern(32, 32, .rgb)
    #expect(image.middleSquare(side: 32) == image)
  }

  @Test func `planes stand channel after channel`() {
    let rgb = Raster(width: 2, height: 1, colour: .rgb, bytes: [1, 2, 3, 4, 5, 6])
    #expect(rgb.planes == [1, 4, 2, 5, 3, 6])
    #expect(Raster(width: 2, height: 1, colour: .grey, bytes: [7, 8]).planes == [7, 8, 7, 8, 7, 8])
  }
}
