import Files
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Datasets

@Suite struct DownloadTests {
  private typealias Answer = ScriptedServer.Answer

  private static let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
  private static let checksum = Checksum.sha256(Digest.hex(of: bytes))

  /// A folder with a server, and a download from it that writes down how long it would have waited.
  private final class Setting {
    let folder: TemporaryDirectory
    let server: ScriptedServer
    var waits: [Int] = []
    var reasons: [String] = []
    var progress: [Download.Progress] = []

    init(_ answer: @escaping @Sendable (ScriptedServer.Request, Int) -> Answer) throws {
      folder = try TemporaryDirectory()
      server = try ScriptedServer(answer)
    }

    var target: String { folder.path("file.bin") }
    var address: String { server.address + "/file.bin" }

    func download(
      bytes: Int? = nil, checksum: Checksum? = DownloadTests.checksum, segments: Int = 64 << 20
    ) throws -> String {
      var download = Download(address, to: target, bytes: bytes, checksum: checksum, kind: "gzip archive")
      download.segmentByteCount = segments
      download.wait = { self.waits.append($0) }
      download.progress = { progress in
        self.progress.append(progress)
        if case .waiting(_, let reason) = progress.stage { self.reasons.append(reason) }
      }
      return try download.run()
    }

    func message(bytes: Int? = nil, checksum: Checksum? = DownloadTests.checksum) -> String? {
      let error = #expect(throws: DatasetError.self) { try download(bytes: bytes, checksum: checksum) }
      return error?.description.replacingOccurrences(of: server.address, with: "SERVER")
        .replacingOccurrences(of: folder.path, with: "FOLDER")
    }

    /// Exactly the finished file is there.
    func expectComplete() throws {
      #expect(try POSIXFileSystem().contents(of: target) == DownloadTests.bytes)
      #expect(try folder.files() == ["file.bin"])
    }
  }

  @Test(arguments: [true, false]) func `downloads a whole file`(isLengthKnown: Bool) throws {
    let setting = try Setting { request, _ in
      var answer = Answer.file(Self.bytes, for: request)
      answer.announcesLength = isLengthKnown
      return answer
    }
    #expect(try setting.download() == Self.checksum.hex)
    try setting.expectComplete()
    #expect(setting.server.requests.count == 1)
    #expect(setting.server.requests[0].path == "/file.bin")
    #expect(setting.server.requests[0].headers["accept-encoding"] == "identity")
    #expect(setting.server.requests[0].range == 0..<(64 << 20))
    #expect(setting.waits.isEmpty)
    #expect(setting.progress.last == .init(stage: .checking, bytes: 300_000, total: 300_000))
  }

  @Test func `a large file comes in segments`() throws {
    let setting = try Setting { request, _ in .file(Self.bytes, for: request) }
    _ = try setting.download(segments: 70_000)
    try setting.expectComplete()
    #expect(
      setting.server.requests.map(\.range) == [
        0..<70_000, 70_000..<140_000, 140_000..<210_000, 210_000..<280_000, 280_000..<350_000,
      ])
    #expect(
      setting.server.requests.map { $0.headers["if-range"] } == [nil] + Array(repeating: "\"1\"", count: 4))
    #expect(setting.waits.isEmpty)
  }

  @Test func `a file that changes between two segments is downloaded anew`() throws {
    let setting = try Setting { request, number in
      number < 2
        ? .file([UInt8](repeating: 9, count: 300_000), version: "\"old\"", for: request)
        : .file(Self.bytes, version: "\"new\"", for: request)
    }
    _ = try setting.download(segments: 100_000)
    try setting.expectComplete()
    // The third answer is the whole new file.
    #expect(setting.server.requests.map { $0.range?.lowerBound } == [0, 100_000, 200_000])
  }

  @Test func `continues where the connection dropped`() throws {
    let setting = try Setting { request, number in
      let answer = Answer.file(Self.bytes, for: request)
      return number < 2 ? answer.closing(after: 100_000) : answer
    }
    #expect(try setting.download(bytes: 300_000) == Self.checksum.hex)
    try setting.expectComplete()
    #expect(setting.server.requests.map { $0.range?.lowerBound } == [0, 100_000, 200_000])
    #expect(setting.server.requests.map { $0.headers["if-range"] } == [nil, "\"1\"", "\"1\""])
    #expect(setting.waits == [2, 4])
    #expect(setting.reasons == Array(repeating: "the connection was lost", count: 2))
  }

  @Test func `a later call continues what an earlier one left`() throws {
    let setting = try Setting { request, number in
      let answer = Answer.file(Self.bytes, for: request)
      return number == 0 ? answer.closing(after: 120_000) : number < 6 ? Answer(status: 503) : answer
    }
    #expect(
      setting.message()
        == "cannot download SERVER/file.bin: the server answered 503; 6 attempts failed. 120000 bytes are kept: run the "
        + "command again to continue.")
    #expect(setting.waits == [2, 4, 8, 16, 32])
    #expect(try setting.folder.files() == ["file.bin.part", "file.bin.part.json"])
    _ = try setting.download()
    try setting.expectComplete()
    #expect(setting.server.requests.last?.range?.lowerBound == 120_000)
  }

  @Test func `a changed file is downloaded anew`() throws {
    let setting = try Setting { request, number in
      number == 0
        ? Answer.file([UInt8](repeating: 9, count: 200_000), version: "\"old\"", for: request).closing(
          after: 50_000)
        : Answer.file(Self.bytes, version: "\"new\"", for: request)
    }
    _ = try setting.download()
    try setting.expectComplete()
    #expect(setting.server.requests.map { $0.range?.lowerBound } == [0, 50_000])
  }

  /// Such a server sends the rest of the new file after the beginning of the old one.
  @Test func `a changed file is noticed where the server ignores If-Range`() throws {
    let setting = try Setting { request, number in
      number == 0
        ? Answer.file([UInt8](repeating: 9, count: 300_000), version: "\"old\"", for: request).closing(
          after: 50_000)
        : Answer.file(Self.bytes, version: "\"new\"", for: request, heedsIfRange: false)
    }
    _ = try setting.download()
    try setting.expectComplete()
    #expect(setting.server.requests.map { $0.range?.lowerBound } == [0, 50_000, 0])
    #expect(setting.reasons.last == "the file has changed on the server")
  }

  /// Without a mark the rest of the new file goes behind the beginning of the old one; the checksum finds out, in the
  /// call that continues an earlier one.
  @Test func `a file joined of two versions is downloaded again in one piece`() throws {
    let setting = try Setting { request, number in
      var answer = Answer.file(number == 0 ? [UInt8](repeating: 9, count: 300_000) : Self.bytes, for: request)
      answer.headers["ETag"] = nil
      return number == 0 ? answer.closing(after: 50_000) : number < 6 ? Answer(status: 500) : answer
    }
    #expect(setting.message()?.contains("50000 bytes are kept") == true)
    _ = try setting.download()
    try setting.expectComplete()
    #expect(setting.server.requests.suffix(2).map { $0.range?.lowerBound } == [50_000, 0])
  }

  @Test func `a server without ranges sends the file from its beginning`() throws {
    let setting = try Setting { _, number in
      let answer = Answer(headers: ["ETag": "\"1\""], body: Self.bytes)
      return number == 0 ? answer.closing(after: 50_000) : answer
    }
    _ = try setting.download()
    try setting.expectComplete()
    #expect(setting.server.requests.map { $0.range?.lowerBound } == [0, 50_000])
  }

  @Test func `wrong bytes are no published file`() throws {
    let setting = try Setting { request, _ in .file(Self.bytes.dropLast() + [77], for: request) }
    let found = Digest.hex(of: Self.bytes.dropLast() + [77])
    #expect(
      setting.message()
        == "FOLDER/file.bin is not the published file: its sha256 is \(found), published is \(Self.checksum.hex). "
        + "Download it again")
    #expect(try setting.folder.files().isEmpty)
    #expect(setting.server.requests.count == 1)
  }

  @Test func `a file of another length is refused before it is downloaded`() throws {
    let setting = try Setting { request, _ in .file(Self.bytes, for: request) }
    #expect(
      setting.message(bytes: 170_052_171)
        == "cannot download SERVER/file.bin: the server offers 300000 bytes, published are 170052171. The file has "
        + "changed or is another one: look at the data set's page, name a mirror with --from, or import the file."
    )
    #expect(try setting.folder.files().isEmpty)
  }

  @Test(arguments: [true, false]) func `a web page is refused`(isMarked: Bool) throws {
    let setting = try Setting { _, _ in
      var answer = Answer.webPage()
      if !isMarked { answer.headers = ["Content-Type": "application/x-gzip"] }
      return answer
    }
    #expect(
      setting.message()
        == "cannot download SERVER/file.bin: the server answered with a web page instead of the gzip archive. The file "
        + "has probably moved: look at the data set's page, name a mirror with --from, or import the file.")
    #expect(!(try setting.folder.files().contains("file.bin")))
    #expect(setting.server.requests.count == 1)
  }

  @Test func `a missing file is not asked for again`() throws {
    let setting = try Setting { _, _ in .webPage(status: 404) }
    #expect(
      setting.message()
        == "cannot download SERVER/file.bin: the server answered 404, there is no such file. The file has probably moved: "
        + "look at the data set's page, name a mirror with --from, or import the file.")
    #expect(setting.server.requests.count == 1)
    #expect(setting.waits.isEmpty)
  }

  @Test func `redirections are followed`() throws {
    let setting = try Setting { request, _ in
      request.path == "/file.bin"
        ? Answer(status: 302, headers: ["Location": "/elsewhere/file.bin"]) : .file(Self.bytes, for: request)
    }
    _ = try setting.download()
    try setting.expectComplete()
    #expect(setting.server.requests.map(\.path) == ["/file.bin", "/elsewhere/file.bin"])
    #expect(setting.server.requests[1].range?.lowerBound == 0)
  }

  @Test func `a length that no file has is an error that names it`() throws {
    let ends = "Look at the data set's page, name a mirror with --from, or import the file."
    for (headers, words) in [
      (
        ["Content-Length": "9223372036854775807"],
        "offers 9223372036854775807 bytes, more than the 4294967296 that any version of the file has"
      ),
      (["Content-Length": "0"], "offers an empty file"),
    ] {
      let setting = try Setting { _, _ in
        var answer = Answer(headers: headers, body: Array("PK".utf8))
        answer.announcesLength = false
        return answer
      }
      #expect(setting.message() == "cannot download SERVER/file.bin: the server \(words). \(ends)")
      #expect(try setting.folder.files().isEmpty)
    }
    for total in ["9223372036854775807", "99999999999999999999999"] {
      let setting = try Setting { _, _ in
        Answer(
          status: 206, headers: ["Content-Range": "bytes 0-9/\(total)"], body: Array(Self.bytes.prefix(10)))
      }
      let message = setting.message()
      #expect(message?.contains(total) == true && message?.hasSuffix(ends) == true, "\(message ?? "")")
      #expect(try setting.folder.files().isEmpty)
    }
  }

  @Test func `a body without an announced length is stopped at the limit`() throws {
    let folder = try TemporaryDirectory()
    let server = try ScriptedServer { _, _ in
      var answer = Answer(body: Self.bytes)
      answer.announcesLength = false
      return answer
    }
    let download = Download(
      server.address + "/x", to: folder.path("x"), bytes: nil, checksum: nil, limit: 200_000)
    let error = #expect(throws: DatasetError.self) { try download.run() }
    #expect(
      error?.description.hasSuffix(
        "/x: the server sends more than 200000 bytes. Look at the data set's page, name a mirror with --from, or import "
          + "the file.") == true)
    #expect(try folder.files().isEmpty)
    #expect(server.requests.count == 1)
  }

  @Test func `a head without end is no answer to wait for`() throws {
    let long = String(repeating: "a", count: 90_000)
    // libcurl itself gives up on one line of such a length; several shorter ones are counted.
    for headers in [
      ["X-1": long + long], Dictionary(uniqueKeysWithValues: (1...4).map { ("X-\($0)", long) }),
    ] {
      let setting = try Setting { _, _ in Answer(headers: headers, body: Self.bytes) }
      #expect(
        setting.message()
          == "cannot download SERVER/file.bin: the head of the server's answer has no end. "
          + "Look at the data set's page, name a mirror with --from, or import the file.")
      #expect(setting.server.requests.count == 1)
      #expect(try setting.folder.files().isEmpty)
    }
  }

  @Test func `redirections end, and lead to http or https alone`() throws {
    let ends = "Look at the data set's page, name a mirror with --from, or import the file."
    let circle = try Setting { _, number in
      Answer(status: 302, headers: ["Location": "/again/\(number)"])
    }
    #expect(
      circle.message()
        == "cannot download SERVER/file.bin: the server sends from one address to the next without end. \(ends)"
    )
    #expect(circle.server.requests.count == 11)
    for location in ["ftp://127.0.0.1/x", "file:///etc/hostname"] {
      let setting = try Setting { _, _ in Answer(status: 302, headers: ["Location": location]) }
      #expect(
        setting.message()
          == "cannot download SERVER/file.bin: the address that the server names is no http or https address. \(ends)"
      )
      #expect(setting.server.requests.count == 1)
      #expect(try setting.folder.files().isEmpty)
    }
  }

  /// What a server may answer, damaged: every download ends with the file, or with an error and no file.
  @Test func `damaged answers end with an error or with the file`() throws {
    let bytes = Array(Self.bytes.prefix(300))
    let checksum = Checksum.sha256(Digest.hex(of: bytes))
    let head = Array(
      "Content-Range: bytes 0-299/300|Content-Length: 300|ETag: \"1\"|Content-Type: application/x-gzip".utf8)
    let mutants = Mutex((Mutator(seed: 3), 0))
    let server = try ScriptedServer { request, _ in
      let (text, part) = mutants.withLock { state in
        (state.0.mutant(of: head), state.0.mutant(of: bytes))
      }
      var answer = Answer(status: request.range == nil ? 200 : 206, body: part.count % 3 == 0 ? bytes : part)
      answer.announcesLength = false
      for line in text.split(separator: UInt8(ascii: "|")) {
        let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 1).map {
          String(decoding: $0, as: UTF8.self)
        }
        if fields.count == 2 { answer.headers[fields[0]] = fields[1] }
      }
      return answer
    }
    let folder = try TemporaryDirectory()
    for number in 0..<Mutator.count(default: 300) {
      let target = folder.path("\(number)")
      var download = Download(server.address + "/x", to: target, bytes: nil, checksum: checksum, limit: 1000)
      download.wait = { _ in }
      download.attempts = 2
      do {
        #expect(try download.run() == checksum.hex)
        #expect(try POSIXFileSystem().contents(of: target) == bytes)
      } catch {
        #expect(error is DatasetError, "\(error)")
        #expect(try !POSIXFileSystem().exists(target))
      }
    }
  }

  @Test func `nobody there is told after the last attempt`() throws {
    let folder = try TemporaryDirectory()
    let address: String
    do { address = try ScriptedServer { _, _ in Answer() }.address }
    var download = Download(address + "/x", to: folder.path("x"), bytes: nil, checksum: nil)
    var waits = 0
    download.wait = { _ in waits += 1 }
    download.attempts = 3
    let error = #expect(throws: DatasetError.self) { try download.run() }
    #expect(waits == 2)
    #expect(
      error?.description.contains("; 3 attempts failed. Check the network and the address") == true,
      "\(error!)")
  }

  @Test func `an address of another kind is refused`() throws {
    let folder = try TemporaryDirectory()
    let download = Download("ftp://example.org/x", to: folder.path("x"), bytes: nil, checksum: nil)
    let error = #expect(throws: DatasetError.self) { try download.run() }
    #expect(
      error?.description
        == "cannot download ftp://example.org/x: it is no http or https address. Check the address.")
  }

  @Test func `two downloads of one file do not mix`() throws {
    let setting = try Setting { request, _ in .file(Self.bytes, for: request) }
    let lock = try #require(try FileLock.tryLock(setting.target + ".lock"))
    #expect(
      setting.message()
        == "cannot download SERVER/file.bin: another process is downloading it. Wait for that process, or stop it."
    )
    withExtendedLifetime(lock) {}
  }

  /// What a transfer of an https address through a proxy fails with, and how many heads came.
  private static func failure(
    behind proxy: ScriptedServer
  ) throws -> (failure: HTTPTransfer.Failure?, heads: Int) {
    let url = try #require(URL(string: "https://retable.invalid/file.bin"))
    let request = HTTPTransfer.Request(url: url, proxy: proxy.address)
    var heads = 0
    let failure = #expect(throws: HTTPTransfer.Failure.self) {
      try HTTPTransfer.run(request, head: { _ in heads += 1 }, bytes: { _ in })
    }
    #expect(proxy.requests.map(\.path) == ["retable.invalid:443"])
    return (failure, heads)
  }

  /// The tunnel ends before the server behind it could say a word.
  @Test func `a proxy's consent is not the server's answer`() throws {
    let (failure, heads) = try Self.failure(behind: ScriptedServer { _, _ in Answer() })
    #expect(heads == 0)
    #expect(failure?.isLasting == false)
  }

  @Test(arguments: [(407, true), (503, false)])
  func `a proxy's refusal is told as one`(status: Int, isLasting: Bool) throws {
    let (failure, heads) = try Self.failure(behind: ScriptedServer { _, _ in Answer(status: status) })
    #expect(heads == 0)
    #expect(failure?.reason == "the proxy answered \(status)")
    #expect(failure?.isLasting == isLasting)
  }

  @Test func `a part of another address is not continued`() throws {
    let setting = try Setting { request, _ in .file(Self.bytes, for: request) }
    try setting.folder.file("file.bin.part", [1, 2, 3])
    try setting.folder.file(
      "file.bin.part.json",
      "{\"address\":\"http://elsewhere/file.bin\",\"total\":300000,\"version\":\"1\"}".utf8)
    _ = try setting.download()
    try setting.expectComplete()
    #expect(setting.server.requests.map { $0.range?.lowerBound } == [0])
  }
}
