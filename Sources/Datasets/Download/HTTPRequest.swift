import Files
import Foundation

/// One request of a download: asks for the next segment of what is missing, and judges the answer.
struct HTTPRequest {
  let url: URL
  let download: Download
  let part: PartialFile

  /// Throws what `Download.run` throws, and `HTTPTransfer.Failure`.
  func send() throws {
    var request = HTTPTransfer.Request(
      url: url,
      fields: [
        ("User-Agent", "retable"),
        // A transfer that is compressed on the way cannot be continued at a byte of the file.
        ("Accept-Encoding", "identity"),
        ("Range", "bytes=\(part.count)-\(part.count + download.segmentByteCount - 1)"),
      ])
    // The server sends the whole file where this version is no more. Weak marks are not allowed here.
    if part.count > 0, let version = part.origin?.version, !version.hasPrefix("W/") {
      request.fields.append(("If-Range", version))
    }
    try HTTPTransfer.run(request, head: judge) { data in
      if part.count == 0, FileKind.isWebPage(data) { throw webPage }
      guard data.count <= download.limit - part.count else {
        try part.discard()
        throw tooLong("sends more than \(download.limit) bytes")
      }
      try part.append(data)
      if let total = part.origin?.total, part.count > total {
        try part.discard()
        throw HTTPTransfer.Failure(reason: "more bytes came than the server had announced")
      }
      download.report(.receiving, part)
    }
    // An answer that names no length says by its end that the file is complete.
    if part.origin?.total == nil { part.settleTotal() }
  }

  private var webPage: DatasetError {
    download.failure(
      "the server answered with a web page instead of the \(download.kind)",
      "The file has probably moved: look at the data set's page, name a mirror with --from, or import the file."
    )
  }

  private func judge(_ head: HTTPTransfer.Head) throws {
    switch head.status {
    case 200, 206: break
    // A redirection that is followed never comes here.
    case 300...399: throw HTTPTransfer.Failure.otherAddress
    case 416:
      try part.discard()
      throw HTTPTransfer.Failure(reason: "the server has no such part of the file")
    case 408, 429, 500...599: throw HTTPTransfer.Failure(reason: "the server answered \(head.status)")
    case 404, 410:
      throw download.failure(
        "the server answered \(head.status), there is no such file",
        "The file has probably moved: look at the data set's page, name a mirror with --from, or import the file."
      )
    default:
      throw download.failure(
        "the server answered \(head.status)",
        "Look at the data set's page, name a mirror with --from, or import the file.")
    }
    if head["Content-Type"]?.lowercased().hasPrefix("text/html") == true { throw webPage }
    let version = head["ETag"] ?? head["Last-Modified"]
    if head.status == 206 {
      try judgePart(head, version)
    } else {
      let total = head["Content-Encoding"] == nil ? try head["Content-Length"].map(length) : nil
      try requireExpected(total)
      try part.restart(
        PartialFile.Origin(address: download.address, version: version, total: total ?? download.bytes))
    }
    let rest = (part.origin?.total ?? 0) - part.count
    try Paths.requireSpace(for: max(0, rest), in: Paths.parent(of: download.target))
    download.report(.receiving, part)
  }

  /// A part must continue this version of the file exactly where it stopped.
  private func judgePart(_ head: HTTPTransfer.Head, _ version: String?) throws {
    let range = (head["Content-Range"] ?? "").split { " -/".contains($0) }
    guard range.count == 4, range[0] == "bytes", Int(range[1]) == part.count, range[3] != "*" else {
      try part.discard()
      throw HTTPTransfer.Failure(
        reason: "the server answered with another part of the file than the next one")
    }
    let total = try length(String(range[3]))
    try requireExpected(total)
    let answered = PartialFile.Origin(address: download.address, version: version, total: total)
    if part.count == 0 {
      try part.restart(answered)
    } else if part.origin != answered {
      try part.discard()
      throw HTTPTransfer.Failure(reason: "the file has changed on the server")
    }
  }

  /// The length of a file as a server writes it: a number that a file can have.
  private func length(_ text: String) throws -> Int {
    guard let length = Int(text.trimmingCharacters(in: .whitespaces)), length >= 0 else {
      throw tooLong("announces a length of \"\(FileNames.printable(text))\"")
    }
    return length
  }

  private func tooLong(_ words: String) -> DatasetError {
    download.failure(
      "the server \(words)", "Look at the data set's page, name a mirror with --from, or import the file.")
  }

  private func requireExpected(_ total: Int?) throws {
    guard let total else { return }
    guard total > 0 else { throw tooLong("offers an empty file") }
    guard let expected = download.bytes else {
      guard total <= download.limit else {
        throw tooLong(
          "offers \(total) bytes, more than the \(download.limit) that any version of the file has")
      }
      return
    }
    guard total != expected else { return }
    throw download.failure(
      "the server offers \(total) bytes, published are \(expected)",
      "The file has changed or is another one: look at the data set's page, name a mirror with --from, or import the "
        + "file.")
  }
}
