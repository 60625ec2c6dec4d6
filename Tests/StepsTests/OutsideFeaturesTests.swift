import Datasets
import Files
import Foundation
import Manifest
import Pipeline
import Randomness
import TestSupport
import Testing

@testable import Steps

/// Features of another program, as the step that takes them sees them: every way in which they cannot be right.
@Suite struct OutsideFeaturesTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private static let (trainCount, testCount, columns) = (150, 120, 4)

  /// Grey images of 2 x 2 pixels, two classes in turn, no two images alike.
  private static func images(_ count: Int, from first: Int) -> ImageCollection {
    ImageCollection(
      pixels: (first..<(first + count)).flatMap { [UInt8($0 & 255), UInt8($0 >> 8), 7, 9] }, channels: 1,
      height: 2,
      width: 2, labels: (0..<count).map { $0 % 2 }, classes: ["cat", "dog"], provenance: "made up")
  }

  private static let train = images(trainCount, from: 0)
  private static let test = images(testCount, from: 1000)

  /// Noise, which every check but that of labels lets pass.
  private static func features(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed)
    return (0..<(count * columns)).map { _ in Float(stream.normal()) }
  }

  private static func array(_ features: [Float]) -> [UInt8] {
    ArrayFiles.npy(features, [features.count / columns, columns])
  }

  /// Inputs of a table that uses all images, or those that `items` and `whole` tell of.
  private func input(_ split: String, _ images: ImageCollection, items: [Int]? = nil, whole: Int? = nil)
    throws -> String
  {
    let path = folder.path("images-\(split)")
    try POSIXFileSystem().removeTree(path)
    try POSIXFileSystem().makeDirectories(path)
    try images.save(to: "\(path)/\(ImagesStep.file)")
    if let items {
      try DurableFile.write(try JSON(encoding: items).canonical, to: "\(path)/\(ImagesStep.itemsFile)")
    }
    try DurableFile.write("\(whole ?? images.count)", to: "\(path)/\(ImagesStep.wholeFile)")
    return path
  }

  /// Carries the step out, and returns the folder that it leaves and its warnings.
  private func run(
    train: [UInt8]? = nil, test: [UInt8]? = nil, checksums: [String: [UInt8]] = [:],
    inputs: [String: String]? = nil,
    changing: Bool = false
  ) throws -> (output: String, warnings: [String]) {
    var files = [
      "train": train ?? Self.array(Self.features(Self.trainCount, seed: 1)),
      "test": test ?? Self.array(Self.features(Self.testCount, seed: 2)),
    ]
    files.merge(checksums) { $1 }
    return try OutsideFeaturesStep().run(
      reading: files, ["set": "made-up", "standardise": true, "units": 0],
      inputs: try inputs ?? ["train": input("train", Self.train), "test": input("test", Self.test)],
      in: folder,
      changing: changing)
  }

  private func problem(
    train: [UInt8]? = nil, test: [UInt8]? = nil, checksums: [String: [UInt8]] = [:],
    inputs: [String: String]? = nil,
    changing: Bool = false
  ) -> String? {
    let error = #expect(throws: StepsError.self) {
      try run(train: train, test: test, checksums: checksums, inputs: inputs, changing: changing)
    }
    #expect(error?.cause == .dataMissing)
    return error?.description.replacing(folder.path, with: "FOLDER")
  }

  @Test func `rows are left as an encoding leaves them`() throws {
    let features = Self.features(Self.trainCount, seed: 1)
    let (output, warnings) = try run()
    #expect(warnings == [])
    #expect(ArrayFiles.floats(try POSIXFileSystem().contents(of: "\(output)/train.f32")) == features)
    let description = try FeatureDescription(folder: output)
    #expect(description.rows == ["train": Self.trainCount, "test": Self.testCount])
    #expect(description.columns == Self.columns)
    #expect(description.units == Self.columns)
    #expect(description.standardise)
  }

  @Test func `rows of the whole split are found for images that are held out and left out`() throws {
    let features = Self.features(Self.trainCount, seed: 1)
    let heldOut = [0, 1, 7, 30, 149]
    let kept = Array((0..<Self.trainCount).filter { !heldOut.contains($0) }.prefix(100))
    func some(_ items: [Int]) -> ImageCollection {
      ImageCollection(
        pixels: items.flatMap(Self.train.pixels), channels: 1, height: 2, width: 2,
        labels: items.map { Self.train.labels[$0] }, classes: Self.train.classes, provenance: "some")
    }
    let inputs = [
      // The file tells of all that are not held out; the table uses the first hundred of them.
      "train": try input(
        "train", some(kept), items: (0..<Self.trainCount).filter { !heldOut.contains($0) },
        whole: Self.trainCount),
      "validation": try input("validation", some(heldOut), items: heldOut, whole: Self.trainCount),
      "test": try input("test", Self.test),
    ]
    let (output, _) = try run(inputs: inputs)
    func expected(_ items: [Int]) -> [Float] {
      items.flatMap { features[($0 * Self.columns)..<(($0 + 1) * Self.columns)] }
    }
    #expect(ArrayFiles.floats(try POSIXFileSystem().contents(of: "\(output)/train.f32")) == expected(kept))
    #expect(
      ArrayFiles.floats(try POSIXFileSystem().contents(of: "\(output)/validation.f32")) == expected(heldOut))
    #expect(
      try FeatureDescription(folder: output).rows == ["train": 100, "validation": 5, "test": Self.testCount])
    // Which images are held out is drawn: a file cannot have the others alone.
    #expect(
      problem(train: Self.array(Self.features(105, seed: 1)), inputs: inputs)
        == "train.npy has 105 rows where 150 are wanted, one for each image of the train split in the data set's order"
    )
  }

  @Test func `the first images alone will do where a table uses no others`() throws {
    let inputs = [
      "train": try input("train", Self.images(100, from: 0), whole: Self.trainCount),
      "test": try input("test", Self.test),
    ]
    let features = Self.features(Self.trainCount, seed: 1)
    let first = Array(features.prefix(100 * Self.columns))
    for file in [features, first] {
      let (output, _) = try run(train: Self.array(file), inputs: inputs)
      #expect(ArrayFiles.floats(try POSIXFileSystem().contents(of: "\(output)/train.f32")) == first)
    }
    #expect(
      problem(train: Self.array(Self.features(149, seed: 1)), inputs: inputs)
        == "train.npy has 149 rows where 150 are wanted, one for each image of the train split in the data set's order; or "
        + "100, for the first images, which the table uses")
  }

  @Test func `a wrong number of rows or columns is refused`() {
    #expect(
      problem(test: Self.array(Self.features(Self.testCount - 1, seed: 2)))
        == "test.npy has 119 rows where 120 are wanted, one for each image of the test split in the data set's order"
    )
    #expect(
      problem(test: ArrayFiles.npy([Float](repeating: 1, count: 360), [Self.testCount, 3]))
        == "test.npy has 3 numbers a row, and train.npy has 4: they are not the same features")
  }

  @Test(arguments: [(Float.nan, "NaN"), (.infinity, "a number that is infinite in single precision")])
  func `numbers that are none are named with their place`(value: Float, words: String) {
    var features = Self.features(Self.testCount, seed: 2)
    features[17 * Self.columns + 3] = value
    #expect(
      problem(test: Self.array(features)) == "test.npy has \(words) in row 17, column 3 (counted from 0)")
  }

  @Test func `features that say the same of every image are refused, single ones reported`() throws {
    let ones = [Float](repeating: 1, count: Self.trainCount * Self.columns)
    #expect(
      problem(train: Self.array(ones), test: Self.array(Array(ones.prefix(Self.testCount * Self.columns))))
        == "train.npy has only constant columns: it says the same of every image")
    var (train, test) = (Self.features(Self.trainCount, seed: 1), Self.features(Self.testCount, seed: 2))
    for row in 0..<Self.trainCount { train[row * Self.columns + 2] = 5 }
    for row in 0..<Self.testCount { test[row * Self.columns + 2] = 5 }
    #expect(
      try run(train: Self.array(train), test: Self.array(test)).warnings == [
        "train.npy: 1 of 4 columns are constant and tell nothing, the first of them column 2 (counted from 0)"
      ])
  }

  @Test func `one array for both is refused`() {
    let features = Self.array(Self.features(Self.trainCount, seed: 1))
    #expect(
      problem(train: features, test: features) == "test.npy is the same array as train.npy, byte for byte")
  }

  @Test func `test rows that are training rows are refused`() {
    let train = Self.features(Self.trainCount, seed: 1)
    #expect(
      problem(train: Self.array(train), test: Self.array(Array(train.suffix(Self.testCount * Self.columns))))
        == "test.npy has 120 of 120 rows that are rows of train.npy too: test and training images were mixed up"
    )
  }

  @Test func `some test rows that are training rows are counted`() throws {
    let train = Self.features(Self.trainCount, seed: 1)
    let test =
      train.prefix(3 * Self.columns) + Self.features(Self.testCount, seed: 2).dropFirst(3 * Self.columns)
    #expect(
      try run(train: Self.array(train), test: Self.array(Array(test))).warnings
        == ["test.npy: 3 of 120 rows are rows of train.npy too"])
  }

  @Test func `a scale that standardising does not make up for is told`() throws {
    let (train, test) = (Self.features(Self.trainCount, seed: 1), Self.features(Self.testCount, seed: 2))
    #expect(
      try run(train: Self.array(train.map { 1e-3 * $0 }), test: Self.array(test.map { 1e-3 * $0 })).warnings
        == [
          "train.npy: 4 of 4 columns range over less than 0.2. The classifier scales a column by 1 / sqrt(variance + 0.01), and with "
            + "so little spread the penalty decides: multiply the features by a constant, or divide each by its deviation"
        ])
  }

  @Test(arguments: [false, true]) func `a column that holds the label is refused`(isNoisy: Bool) {
    func leaking(_ count: Int, seed: UInt64) -> [Float] {
      var features = Self.features(count, seed: seed)
      for row in 0..<count {
        let noise = isNoisy ? 0.02 * features[row * Self.columns] : 0
        features[row * Self.columns + 1] = Float(row % 2) * 1e-3 + 1e-3 * noise
      }
      return features
    }
    #expect(
      problem(
        train: Self.array(leaking(Self.trainCount, seed: 1)),
        test: Self.array(leaking(Self.testCount, seed: 2)))
        == "train.npy holds the labels: column 1 (counted from 0) alone tells 'cat' from all other images without an error, in "
        + "training and test images")
  }

  @Test func `permuted rows are found by checksums`() throws {
    func checksums(_ images: ImageCollection) -> [Int] {
      (0..<images.count).map { Int(ArrayFiles.crc32(images.pixels(of: $0))) }
    }
    var train = checksums(Self.train)
    _ = try run(checksums: [
      "train-checksums": ArrayFiles.npy(train, [Self.trainCount]),
      "test-checksums": ArrayFiles.npy(checksums(Self.test), [Self.testCount, 1]),
    ])
    train.swapAt(3, 90)
    #expect(
      problem(checksums: ["train-checksums": ArrayFiles.npy(train, [Self.trainCount])])
        == "train.npy has its rows in another order than the train images: by the checksums, image 3 is in row 90 and not "
        + "in row 3")
    train[90] = 1
    #expect(
      problem(checksums: ["train-checksums": ArrayFiles.npy(train, [Self.trainCount])])
        == "train-checksums.npy has a checksum for row 3 of train.npy that is not that of image 3, and no row has that: the "
        + "checksums were taken of other bytes than the train images have, or those images are not among the rows"
    )
    #expect(
      problem(checksums: ["train-checksums": ArrayFiles.npy([1, 2], [2])])
        == "train-checksums.npy has 2 checksums for the 150 rows of train.npy")
    #expect(
      problem(checksums: ["train-checksums": ArrayFiles.npy([Int](repeating: 1, count: 300), [150, 2])])
        == "train-checksums.npy has the shape [150, 2], where one checksum for each image is wanted")
  }

  @Test func `a checksum may be of pixels as picture files have them`() {
    let image = ImageCollection(
      pixels: [1, 2, 3, 4, 5, 6], channels: 3, height: 1, width: 2, labels: [0], classes: ["x"],
      provenance: "")
    #expect(ImageChecksum.crc32(of: image, 0, .channels) == ArrayFiles.crc32([1, 2, 3, 4, 5, 6]))
    #expect(ImageChecksum.crc32(of: image, 0, .pixels) == ArrayFiles.crc32([1, 3, 5, 2, 4, 6]))
    #expect(ArrayFiles.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
  }

  @Test func `a file that changes meanwhile is not taken`() {
    #expect(
      problem(changing: true) == "FOLDER/test.npy has changed since the run was planned; run again")
  }
}
