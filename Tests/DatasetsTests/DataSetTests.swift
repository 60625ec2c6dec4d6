import Files
import TestSupport
import Testing

@testable import Datasets

@Suite struct DataSetTests {
  @Test func `every set has names of its own, splits and copies`() {
    let sets = Catalogue.sets
    #expect(Set(sets.map(\.name)).count == sets.count)
    for set in sets {
      #expect(!set.copies.isEmpty && !set.splits.isEmpty && !set.inside.isEmpty, "\(set.name)")
      #expect(Set(set.splits.map(\.name)).count == set.splits.count, "\(set.name)")
      for split in set.splits { #expect(set.split(split.name) == split) }
      #expect(Catalogue.set(set.name)?.name == set.name)
      for entry in set.copies { #expect((try? Catalogue.entry(entry.id)) != nil) }
    }
    #expect(Catalogue.set("nothing") == nil)
  }

  @Test func `what representations are learned from`() {
    let learned = Catalogue.sets.compactMap { set in set.learningSplit.map { "\(set.name) \($0.name)" } }
    #expect(
      learned == [
        "cifar10 train", "svhn train", "svhn-extra extra", "imagenet train", "stl10 unlabeled",
        "cityscapes train",
      ])
  }

  @Test func `a set that is not there says how to get it`() {
    let advice = Catalogue.sets.map { set in
      #expect(throws: DatasetError.self) { try set.locate(in: "/nowhere") }?.description.split(
        separator: ". "
      ).last
    }
    #expect(
      advice == [
        "'retable data fetch dsprites' downloads it; without it the images are rendered",
        "'retable data fetch cifar10' downloads it",
        "'retable data fetch svhn' downloads it",
        "'retable data fetch svhn-extra' downloads it",
        "'retable data list' says which folders serve and where they come from",
        "'retable data fetch stl10' downloads and unpacks it",
        "git clone https://github.com/Newmu/dcgan_code, then 'retable data import dcgan_code --as dcgan-weights'.",
        "git clone https://github.com/Newmu/dcgan_code, then 'retable data import dcgan_code --as dcgan-weights'.",
        "'retable data list' says which folders serve and where they come from",
        "Then save its arrays by numpy.savez as squeezenet-imagenet/squeezenet-v1.0-imagenet.npz in the data folder, or one by "
          + "one as .npy files.",
      ])
  }

  @Test func `the arrays of an archive become files of their names`() throws {
    let folder = try TemporaryDirectory()
    let set = SqueezeNetSet()
    try folder.file("squeezenet-imagenet/v1.0.npz", Fixtures.bytes("nested.npz"))
    try folder.file("squeezenet-imagenet/licence.txt", [1])
    let path = try set.locate(in: folder.path)
    let saved = try set.save(set.splits[0], at: path, to: folder.path("out"), progress: { _ in })
    #expect(saved.provenance == "the arrays of SqueezeNet v1.0 in squeezenet-imagenet")
    #expect(
      try POSIXFileSystem().files(below: folder.path("out"))
        == ["conv1.bias.npy", "fire2/squeeze1x1.bias.npy"])
    #expect(try NPYArray(contentsOf: folder.path("out/fire2/squeeze1x1.bias.npy")).doubles == [1, 1])
    // Arrays one by one come first, and are copied as they are.
    try POSIXFileSystem().makeDirectories(folder.path("squeezenet-imagenet/fire9"))
    try folder.file("squeezenet-imagenet/fire9/a.npy", [1, 2])
    let before = try set.fingerprint(set.splits[0], at: path, DigestCache())
    _ = try set.save(set.splits[0], at: path, to: folder.path("more"), progress: { _ in })
    #expect(try POSIXFileSystem().contents(of: folder.path("more/fire9/a.npy")) == [1, 2])
    try folder.file("squeezenet-imagenet/fire9/a.npy", [1, 3])
    #expect(try set.fingerprint(set.splits[0], at: path, DigestCache()) != before)
    try POSIXFileSystem().removeTree(folder.path("squeezenet-imagenet"))
    try folder.file("squeezenet/readme.txt", [1])
    let error = #expect(throws: DatasetError.self) {
      try set.save(set.splits[0], at: folder.path("squeezenet"), to: folder.path("none"), progress: { _ in })
    }
    #expect(
      error?.description
        == "SqueezeNet in \(folder.path("squeezenet")) is incomplete: *.npy or one *.npz is missing. Download it again"
    )
  }

  @Test func `released weights are known by all their bytes and copied as they are`() throws {
    let folder = try TemporaryDirectory()
    let set = DCGANWeightsSet()
    let inner = "dcgan_code/models/imagenet_gan_pretrain_128f_relu_lrelu_7l_3x3_256z"
    var bytes = [UInt8](repeating: 3, count: 100_000)
    try folder.file("\(inner)/1.npy", bytes)
    try folder.file("\(inner)/0.npy", [1])
    try folder.file("\(inner)/readme.txt", [1])
    let path = try set.locate(in: folder.path)
    #expect(path == folder.path(inner))
    let before = try set.fingerprint(set.splits[0], at: path, DigestCache())
    bytes[41_234] = 4
    try folder.file("\(inner)/1.npy", bytes)
    #expect(try set.fingerprint(set.splits[0], at: path, DigestCache()) != before)
    try POSIXFileSystem().makeDirectories(folder.path("out"))
    _ = try set.save(set.splits[0], at: path, to: folder.path("out")) { _ in }
    #expect(try folder.files().filter { $0.hasPrefix("out/") } == ["out/0.npy", "out/1.npy"])
    #expect(try POSIXFileSystem().contents(of: folder.path("out/1.npy")) == bytes)
    for name in ["0.npy", "1.npy"] { try POSIXFileSystem().removeFile("\(path)/\(name)") }
    let error = #expect(throws: DatasetError.self) {
      try set.fingerprint(set.splits[0], at: path, DigestCache())
    }
    #expect(
      error?.description
        == "the released DCGAN weights in \(path) is incomplete: *.npy is missing. Download it again")
  }
}
