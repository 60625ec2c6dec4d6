import Files
import Foundation
import Images
import TestSupport
import Testing

@testable import Datasets

@Suite struct ImageFolderTests {
  /// A grey ramp of 40 x 30 pixels, 5 x + 3 y, as a JPEG of quality 60 that Pillow wrote.
  static let grey = Data(
    base64Encoded: """
      /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxO
      UlNSMj5aYVpQYEpRUk//wAALCAAeACgBAREA/8QAFwABAQEBAAAAAAAAAAAAAAAABQcEBv/EACAQAAEEAgMBAQEAAAAAAAAAAAEA
      AwQhAjEFEVESByL/2gAIAQEAAD8A4GK1qkzFa1SZitapMRWtUmYrWqUritapMxWtUmIrWqTMVrVJmK1qlK4rWqTMVrVJiK1qkzFa
      1S2TZsbhuLf5GacgwxiDl849kkkAAD0kgeWpvFbFJmK2KTEVsUmYrYpTr9O5l2Ty2PBt/wAx4ny453iO8nDj2D34Mch5ZO6X/9k=
      """, options: .ignoreUnknownCharacters)

  private static func square(_ value: UInt8, side: Int = 32) -> Raster {
    Raster(width: side, height: side, colour: .rgb, filledWith: Ink(red: value, green: 1, blue: 2))
  }

  private static func layOut(in folder: TemporaryDirectory) throws -> String {
    try folder.file("set/train/n02/b.PNG", square(21).png())
    try folder.file("set/train/n02/a.png", square(20).png())
    try folder.file("set/train/n01/images/n01_1.JPEG", square(11).png())
    try folder.file("set/train/n01/images/n01_0.JPEG", square(10).png())
    try folder.file("set/train/n01/n01_boxes.txt", "n01_0.JPEG 0 0 31 31\n".utf8)
    try folder.file("set/train/.hidden/x.png", square(1).png())
    try folder.file("set/train/empty/readme.txt", "nothing".utf8)
    try folder.file("set/train/words.txt", "nothing".utf8)
    return folder.path("set/train")
  }

  @Test func `reads both layouts in sorted order`() throws {
    let folder = try TemporaryDirectory()
    let images = try ImageFolder(Self.layOut(in: folder))
    #expect(images.classes == ["n01", "n02"])
    #expect(
      images.files == [["n01/images/n01_0.JPEG", "n01/images/n01_1.JPEG"], ["n02/a.png", "n02/b.PNG"]])
    let saved = try images.save(to: folder.path("out"), side: 32)
    #expect(saved.count == 4 && saved.skipped.isEmpty && saved.omission == nil)
    let collection = try ImageCollection(file: folder.path("out"), verifying: true)
    #expect(collection.labels == [0, 0, 1, 1])
    #expect((0..<4).map { collection.pixels(of: $0)[0] } == [10, 11, 20, 21])
    #expect(
      collection.provenance
        == "4 images of set/train, shorter side resized to 32 (bicubic), middle square, fingerprint "
        + (try images.fingerprint()))
  }

  @Test func `grey photographs get three channels and other sizes are cut`() throws {
    let folder = try TemporaryDirectory()
    let file = Array(try #require(Self.grey))
    try folder.file("a/grey.jpg", file)
    try ImageFolder(folder.path).save(to: folder.path("out"), side: 16)
    let collection = try ImageCollection(file: folder.path("out"))
    let expected = try Raster(jpeg: file, named: "grey.jpg").middleSquare(side: 16)
    #expect(expected.colour == .grey)
    #expect(collection.pixels(of: 0) == expected.bytes + expected.bytes + expected.bytes)
  }

  @Test func `a damaged file is named, or skipped and counted`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.layOut(in: folder)
    let damaged = try folder.file("set/train/n01/images/n01_0.JPEG", #require(Self.grey).dropLast(60))
    let error = #expect(throws: DatasetError.self) {
      try ImageFolder(path).save(to: folder.path("out"), side: 32)
    }
    #expect(
      error?.description
        == "cannot read the image \(damaged): Premature end of JPEG file. The file is damaged or no image; download it "
        + "again")
    #expect(try !POSIXFileSystem().exists(folder.path("out")))
    let saved = try ImageFolder(path).save(to: folder.path("out"), side: 32, unreadable: .skip)
    #expect(saved.count == 3)
    #expect(saved.skipped.map(\.name) == ["n01/images/n01_0.JPEG"])
    #expect(
      saved.omission
        == "1 of 4 image files of set/train cannot be read and are left out: n01/images/n01_0.JPEG")
    let collection = try ImageCollection(file: folder.path("out"))
    #expect(collection.skipped == 1)
    #expect(
      collection.provenance
        == "3 images of set/train, shorter side resized to 32 (bicubic), middle square, fingerprint "
        + (try ImageFolder(path).fingerprint()) + "; " + (try #require(saved.omission)))
    #expect(collection.labels == [0, 1, 1])
    #expect(collection.pixels(of: 0)[0] == 11)
  }

  @Test func `a file that cannot be opened is an error even when damaged ones are skipped`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.layOut(in: folder)
    let images = try ImageFolder(path)
    try POSIXFileSystem().removeFile("\(path)/n02/a.png")
    let error = #expect(throws: FileError.self) {
      try images.save(to: folder.path("out"), side: 32, unreadable: .skip)
    }
    #expect(error?.isMissing == true)
  }

  @Test func `refuses a folder without class folders`() throws {
    let folder = try TemporaryDirectory()
    try folder.file("a.png", Self.square(1).png())
    let error = #expect(throws: DatasetError.self) { try ImageFolder(folder.path) }
    #expect(
      error?.description
        == "\(folder.path) is no folder of labelled images: it has no folder with images. It must hold one folder for "
        + "each class, with .JPEG, .jpg or .png files in it or in its subfolder images")
    #expect(throws: FileError.self) { try ImageFolder(folder.path("missing")) }
  }

  @Test func `finds the training folder, or says where it looked`() throws {
    let folder = try TemporaryDirectory()
    #expect(throws: DatasetError.self) { try ImageNetSet().locate(in: folder.path) }
    try folder.file("tiny-imagenet-32/n01/a.png", [1])
    #expect(try ImageNetSet().locate(in: folder.path) == folder.path("tiny-imagenet-32"))
    try folder.file("ILSVRC/Data/CLS-LOC/train/n01/a.png", [1])
    #expect(try ImageNetSet().locate(in: folder.path) == folder.path("ILSVRC/Data/CLS-LOC/train"))
    let error = #expect(throws: DatasetError.self) { try ImageNetSet().locate(in: "/nowhere") }
    #expect(
      error?.description
        == "a folder of ImageNet images not found; looked for /nowhere/imagenet/train, /nowhere/imagenet, "
        + "/nowhere/ILSVRC2012/train, /nowhere/ILSVRC2012, /nowhere/ILSVRC/Data/CLS-LOC/train, "
        + "/nowhere/ILSVRC/Data/CLS-LOC, /nowhere/tiny-imagenet-200/train, /nowhere/tiny-imagenet-200, "
        + "/nowhere/tiny-imagenet-32/train, /nowhere/tiny-imagenet-32. 'retable data list' says which folders serve and "
        + "where they come from")
  }

  @Test func `the fingerprint follows names, counts and every content`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.layOut(in: folder)
    var seen: Set = [try ImageFolder(path).fingerprint()]
    #expect(try seen.contains(ImageFolder(path).fingerprint()))
    try folder.file("set/train/n02/c.png", Self.square(22).png())
    #expect(seen.insert(try ImageFolder(path).fingerprint()).inserted)
    // The last image of a class under its old name, of the same length.
    try folder.file("set/train/n02/c.png", Self.square(23).png())
    #expect(seen.insert(try ImageFolder(path).fingerprint()).inserted)
    try POSIXFileSystem().rename("\(path)/n01", to: "\(path)/n00")
    #expect(seen.insert(try ImageFolder(path).fingerprint()).inserted)
    #expect(symlink("nothing", "\(path)/n02/d.png") == 0)
    #expect(seen.insert(try ImageFolder(path).fingerprint()).inserted)
  }

  @Test func `what is no image is left out, and named with why`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.layOut(in: folder)
    try folder.file("set/train/n02/d.jpg", "<!DOCTYPE html><html>Not found</html>".utf8)
    try folder.file("set/train/n02/e.jpg", [])
    try folder.file("set/train/n02/f.jpg/inside.txt", [1])
    #expect(symlink("nothing", "\(path)/n02/g.jpg") == 0)
    #expect(mkfifo("\(path)/n02/h.jpg", 0o600) == 0)
    #expect(symlink("i.jpg", "\(path)/n02/i.jpg") == 0)
    try folder.file("set/train/n02/j\n\u{1B}[31m.jpg", [1, 2, 3])
    let saved = try ImageFolder(path).save(to: folder.path("out"), side: 32, unreadable: .skip)
    #expect(saved.count == 4)
    #expect(
      saved.skipped.map { "\($0.name.dropFirst(4)): \($0.reason)" } == [
        "d.jpg: it is a web page, probably the answer of a failed download", "e.jpg: it is empty",
        "f.jpg: Is a directory (EISDIR)", "g.jpg: it is a link to nothing", "h.jpg: it is not a regular file",
        "i.jpg: Too many levels of symbolic links (ELOOP)",
        "j\n\u{1B}[31m.jpg: Not a JPEG file: starts with 0x01 0x02",
      ])
    #expect(
      saved.omission
        == "7 of 11 image files of set/train cannot be read and are left out: n02/d.jpg, n02/e.jpg, n02/f.jpg and 4 "
        + "more")
    #expect(FileNames.printable("j\n\u{1B}[31m.jpg") == "j\u{FFFD}\u{FFFD}[31m.jpg")
    let error = #expect(throws: DatasetError.self) { try ImageFolder(path).requireReadable() }
    #expect(
      error?.description
        == "\(path) is damaged: 7 of 11 image files cannot be read: n02/d.jpg, n02/e.jpg, n02/f.jpg and 4 more (the "
        + "first: it is a web page, probably the answer of a failed download). Download the set again")
  }

  @Test func `a class of which nothing can be read is an error`() throws {
    let folder = try TemporaryDirectory()
    let path = try Self.layOut(in: folder)
    for name in ["a.png", "b.PNG"] { try folder.file("set/train/n02/\(name)", "<html>".utf8) }
    let error = #expect(throws: DatasetError.self) {
      try ImageFolder(path).save(to: folder.path("out"), side: 32, unreadable: .skip)
    }
    #expect(
      error?.description
        == "none of the 2 images of the class n02 in \(path) can be read (the first: it is a web page, probably the "
        + "answer of a failed download). Download the set again")
    #expect(try !POSIXFileSystem().exists(folder.path("out")))
  }

  static let tiny = dataFolder.map { Paths.join($0, "tiny-imagenet-32/train") }.flatMap {
    (try? POSIXFileSystem().exists($0)) == true ? $0 : nil
  }

  @Test(.enabled(if: tiny != nil, "needs tiny-imagenet-32 in the folder RETABLE_DATA"))
  func `Tiny-ImageNet has 500 images in each of 200 classes`() throws {
    let folder = try TemporaryDirectory()
    try ImageFolder(#require(Self.tiny)).save(to: folder.path("out"), side: 32)
    let images = try ImageCollection(file: folder.path("out"))
    #expect(images.shape == [100_000, 3, 32, 32])
    #expect(images.classCounts == Array(repeating: 500, count: 200))
    #expect(images.skipped == 0)
  }
}
