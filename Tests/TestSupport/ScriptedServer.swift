import Foundation
import Glibc
import Synchronization

/// A small HTTP server on 127.0.0.1 that answers as a test tells it to, and remembers what it was asked.
///
/// One request to a connection. It stops when it is released.
public final class ScriptedServer: Sendable {
  public struct Request: Sendable {
    public let path: String
    /// Names in lower case.
    public let headers: [String: String]

    /// The bytes that a `Range: bytes=N-` or `bytes=N-M` asks for; the latter may go beyond the end of the file.
    public var range: Range<Int>? {
      guard let text = headers["range"], text.hasPrefix("bytes=") else { return nil }
      let bounds = text.dropFirst(6).split(separator: "-").compactMap { Int($0) }
      guard let first = bounds.first else { return nil }
      return first..<(bounds.count > 1 ? bounds[1] + 1 : .max)
    }
  }

  public struct Answer: Sendable {
    public var status = 200
    public var headers: [String: String] = [:]
    public var body: [UInt8] = []
    /// The connection is closed after so many bytes of the body, whatever was announced.
    public var closesAfter: Int?
    /// Whether the length of the body is announced; else it ends with the connection.
    public var announcesLength = true

    public init(status: Int = 200, headers: [String: String] = [:], body: [UInt8] = []) {
      (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// A file as a well-behaved server sends it: from the byte asked for, where the version asked for is this one.
    /// Some servers take no notice of `If-Range` and send that part of whatever version they have.
    public static func file(
      _ bytes: [UInt8], version: String = "\"1\"", for request: Request, heedsIfRange: Bool = true
    ) -> Answer {
      var answer = Answer(
        headers: ["ETag": version, "Content-Type": "application/octet-stream"], body: bytes)
      guard let range = request.range, !heedsIfRange || request.headers["if-range"] ?? version == version
      else { return answer }
      guard range.lowerBound < bytes.count else { return Answer(status: 416) }
      answer.body = Array(bytes[range.clamped(to: 0..<bytes.count)])
      answer.status = 206
      answer.headers["Content-Range"] =
        "bytes \(range.lowerBound)-\(range.lowerBound + answer.body.count - 1)/\(bytes.count)"
      return answer
    }

    public static func webPage(status: Int = 200) -> Answer {
      Answer(
        status: status, headers: ["Content-Type": "text/html; charset=utf-8"],
        body: Array("<!DOCTYPE html><html><body>This page has moved.</body></html>".utf8))
    }

    public func closing(after count: Int) -> Answer {
      var answer = self
      answer.closesAfter = count
      return answer
    }
  }

  /// `http://127.0.0.1:<port>`
  public let address: String
  private let socket: Int32
  private let answered = Mutex<[Request]>([])

  /// Starts a server that calls `answer` with each request and its number, counted from 0.
  public init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &name) { name in
      name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        bind(socket, name, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, name, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    self.socket = socket
    address = "http://127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(socket, nil, nil)
        // The socket is shut down when the server is released.
        guard connection >= 0 else { break }
        defer { Glibc.close(connection) }
        guard let request = Self.read(connection), let number = self?.remember(request) else { continue }
        Self.send(answer(request, number), to: connection)
      }
      Glibc.close(socket)
    }
  }

  deinit { shutdown(socket, Int32(SHUT_RDWR)) }

  /// What was asked so far.
  public var requests: [Request] { answered.withLock { $0 } }

  private func remember(_ request: Request) -> Int {
    answered.withLock { requests in
      requests.append(request)
      return requests.count - 1
    }
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard bytes.count < 1 << 16, recv(connection, &byte, 1, 0) == 1 else { return nil }
      bytes.append(byte)
    }
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2 { headers[parts[0].lowercased()] = parts[1] }
    }
    return Request(
      path: lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? "", headers: headers)
  }

  private static func send(_ answer: Answer, to connection: Int32) {
    var head = "HTTP/1.1 \(answer.status) \(answer.status < 300 ? "OK" : "Refused")\r\nConnection: close\r\n"
    if answer.announcesLength { head += "Content-Length: \(answer.body.count)\r\n" }
    for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
    let bytes = Array((head + "\r\n").utf8) + answer.body.prefix(answer.closesAfter ?? answer.body.count)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
    // Says that nothing more comes, and waits until the other side has taken it all.
    shutdown(connection, Int32(SHUT_WR))
    var byte: UInt8 = 0
    while recv(connection, &byte, 1, 0) > 0 {}
  }
}
