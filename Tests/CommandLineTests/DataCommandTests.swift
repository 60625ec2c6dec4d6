import Files
import Foundation
import TestSupport
import Testing

@Suite struct DataCommandTests {
  private func program() throws -> Program {
    var program = try Program()
    program.environment["RETABLE_DATA"] = program.folder.path("data")
    return program
  }

  /// The official layout with the official sizes and counts; the pixels are all zero.
  private func cifar10(in folder: TemporaryDirectory) throws -> String {
    var batch: [UInt8] = []
    for image in 0..<10_000 {
      batch.append(UInt8(image % 10))
      batch.append(contentsOf: repeatElement(0, count: 3072))
    }
    for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
      try folder.file("elsewhere/cifar-10-batches-bin/\(name).bin", batch)
    }
    return folder.path("elsewhere/cifar-10-batches-bin")
  }

  @Test func `list shows every set, where it is looked for and who uses it`() throws {
    let program = try program()
    try program.folder.file("data/dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz", [1, 2, 3])
    let outcome = try program.run("data", "list")
    #expect(outcome.code == 0)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("set"))
    #expect(
      lines.contains {
        $0.hasPrefix("dsprites ") && $0.contains(" dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz  3 B ")
      })
    #expect(
      lines.contains {
        $0.hasPrefix("cifar10 ") && $0.contains(" no ") && $0.contains("(162 MiB)")
          && $0.hasSuffix("https://www.cs.toronto.edu/~kriz/cifar.html")
      })
    #expect(lines.last == "in \(program.folder.path("data"))")
    let long = try program.run("data", "list", "--long")
    for text in [
      "170052171 bytes, md5 c32a1d4ab5d03f1284b67883e8d87530",
      "checksum unknown, recorded at the first fetch",
      "Get an account at https://image-net.org",
    ] { #expect(long.output.contains(text)) }
  }

  @Test func `a set is imported, verified, and found damaged`() throws {
    let program = try program()
    let source = try cifar10(in: program.folder)
    let imported = try program.run("data", "import", source)
    #expect(imported.code == 0, "\(imported.errors)")
    let place = program.folder.path("data/cifar-10-batches-bin")
    #expect(imported.output == "cifar10: 50000 training and 10000 test images, \(place)\n")
    let fine = try program.run("data", "verify")
    #expect(fine.code == 0)
    #expect(
      fine.output.contains(
        "ok       cifar10  cifar-10-batches-bin: 50000 training and 10000 test images (recorded digest)\n"))
    #expect(fine.output.contains("missing  stl10\n"))

    let again = try program.run("data", "import", source)
    #expect(again.code == 6)
    #expect(
      again.errors
        == "error: cannot import \(source): \(place) is there already. Remove it first, or name another data folder with "
        + "RETABLE_DATA.\n")

    // The import made hard links; a new file leaves the source as it is.
    var batch = try POSIXFileSystem().contents(of: "\(place)/test_batch.bin")
    batch[100] = 1
    try DurableFile.write(batch, to: "\(place)/test_batch.bin")
    let damaged = try program.run("data", "verify", "cifar10")
    #expect(damaged.code == 6)
    #expect(
      damaged.output.hasPrefix(
        "damaged  cifar10  cifar-10-batches-bin: the images in \(place) changed on disk"))
    #expect(damaged.errors.hasPrefix("1 data set missing or damaged; "))
  }

  @Test func `a damaged folder is not imported`() throws {
    let program = try program()
    let source = try cifar10(in: program.folder)
    try POSIXFileSystem().removeFile("\(source)/data_batch_3.bin")
    let outcome = try program.run("data", "import", source)
    #expect(outcome.code == 6)
    #expect(
      outcome.errors
        == "error: CIFAR-10 in \(source) is incomplete: data_batch_3.bin is missing. Download it again\n")
    #expect(try !POSIXFileSystem().exists(program.folder.path("data/cifar-10-batches-bin")))
  }

  @Test func `fetch refuses what is not the published file`() throws {
    let program = try program()
    let server = try ScriptedServer { request, _ in
      request.path.hasSuffix(".tar.gz") ? .webPage() : .file([1, 2, 3], for: request)
    }
    let page = try program.run("data", "fetch", "cifar10", "--from", server.address)
    #expect(page.code == 6)
    #expect(page.errors.contains("the server answered with a web page instead of the gzip archive"))
    #expect(server.requests.map(\.path) == ["/cifar-10-binary.tar.gz"])
    let other = try program.run("data", "fetch", "svhn", "--from", server.address)
    #expect(other.code == 6)
    #expect(other.errors.contains("the server offers 3 bytes, published are 182040794"))
  }

  @Test func `sets behind an account say how to get them`() throws {
    let outcome = try program().run("data", "fetch", "imagenet")
    #expect(outcome.code == 6)
    #expect(outcome.errors.contains("cannot be fetched without you. Get an account at https://image-net.org"))
  }

  @Test func `unknown names and paths`() throws {
    let program = try program()
    let unknown = try program.run("data", "verify", "cifar")
    #expect(unknown.code == 2)
    #expect(
      unknown.errors
        == "error: there is no data set \"cifar\"; the data sets are dsprites, cifar10, svhn, svhn-extra, imagenet, "
        + "tiny-imagenet, stl10, dcgan-weights, cityscapes, cityscapes-pix2pix, squeezenet\n")
    let missing = try program.run("data", "verify", "stl10")
    #expect(missing.code == 6)
    #expect(missing.output == "missing  stl10\n")
    let nothing = try program.run("data", "import", "/nowhere/stl10_binary")
    #expect(nothing.code == 6)
    #expect(nothing.errors == "error: there is nothing at /nowhere/stl10_binary\n")
    try program.folder.file("photos/x.txt", [1])
    let other = try program.run("data", "import", program.folder.path("photos"))
    #expect(other.code == 6)
    #expect(
      other.errors.contains(
        "no data set has a file or folder \"photos\". Say with --as which one it is: dsprites,"))
  }

  @Test(arguments: [
    ["data"], ["data", "list"], ["data", "fetch"], ["data", "import"], ["data", "verify"],
  ])
  func `has help`(_ subcommand: [String]) throws {
    let program = try program()
    let outcome = try program.start(subcommand + ["--help"]).wait()
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("USAGE: retable data"))
  }
}
