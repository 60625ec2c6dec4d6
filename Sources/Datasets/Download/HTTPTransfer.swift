import CCurl
import Foundation

/// One GET request whose body is handed on as it comes.
final class HTTPTransfer {
  struct Request {
    let url: URL
    var fields: [(name: String, value: String)] = []
    /// The address of a proxy; nil for the one that the environment names.
    var proxy: String?
  }

  /// The beginning of an answer.
  struct Head: Sendable {
    let status: Int
    fileprivate var fields: [String: String] = [:]

    subscript(header: String) -> String? { fields[header.lowercased()] }
  }

  /// Why a transfer did not bring what was asked for.
  struct Failure: Error {
    let reason: String
    /// Whether another attempt would end like this one.
    var isLasting = false

    static let noHTTP = Failure(reason: "the server's answer is no HTTP", isLasting: true)
    static let endlessHead = Failure(reason: "the head of the server's answer has no end", isLasting: true)
    static let otherAddress = Failure(
      reason: "the address that the server names is no http or https address", isLasting: true)
  }

  private let receiveHead: (Head) throws -> Void
  private let receiveBytes: (UnsafeRawBufferPointer) throws -> Void
  /// What is being received: an answer may come after others that announce it or lead to it.
  private var head: Head?
  private var isAccepted = false
  private var headByteCount = 0
  private var failure: (any Error)?

  private init(
    head: @escaping (Head) throws -> Void, bytes: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) {
    (receiveHead, receiveBytes) = (head, bytes)
  }

  /// More than any mirror needs: a server that goes on sends in a circle.
  private static let maximumRedirections = 10
  /// Seconds without a single byte.
  private static let patience = 60

  /// Bytes of everything that comes before a body, redirections included: far more than any server has to say.
  private static let maximumHead = 256 << 10

  /// libcurl wants to be told once, before there are threads that use it.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// Sends the request and waits for the end of the answer.
  ///
  /// `head` is called once before any `bytes`; what either throws ends the transfer and is thrown from here. A broken
  /// connection, or an answer that ends before its announced length or is no HTTP, is a `Failure`.
  static func run(
    _ request: Request, head: @escaping (Head) throws -> Void,
    bytes: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard isReady, let handle = curl_easy_init() else { throw Failure(reason: "libcurl does not start") }
    defer { curl_easy_cleanup(handle) }
    let transfer = HTTPTransfer(head: head, bytes: bytes)
    let context = Unmanaged.passUnretained(transfer).toOpaque()
    var fields: UnsafeMutablePointer<curl_slist>?
    for field in request.fields { fields = curl_slist_append(fields, "\(field.name): \(field.value)") }
    defer { curl_slist_free_all(fields) }
    _ = retable_curl_set_text(handle, CURLOPT_URL, request.url.absoluteString)
    if let proxy = request.proxy { _ = retable_curl_set_text(handle, CURLOPT_PROXY, proxy) }
    _ = retable_curl_set_pointer(handle, CURLOPT_HTTPHEADER, fields)
    let protocols = CURLPROTO_HTTP | CURLPROTO_HTTPS
    for (option, value) in [
      (CURLOPT_FOLLOWLOCATION, 1), (CURLOPT_MAXREDIRS, maximumRedirections), (CURLOPT_NOSIGNAL, 1),
      (CURLOPT_PROTOCOLS, Int(protocols)), (CURLOPT_REDIR_PROTOCOLS, Int(protocols)),
      (CURLOPT_CONNECTTIMEOUT, patience), (CURLOPT_LOW_SPEED_LIMIT, 1), (CURLOPT_LOW_SPEED_TIME, patience),
      // The head of a proxy's answer would be taken for the server's.
      (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
    ] {
      _ = retable_curl_set_long(handle, option, value)
    }
    _ = retable_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    _ = retable_curl_set_sink(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      HTTPTransfer.receive(bytes, size * count, context) { try $0.receive(line: $1) }
    }
    _ = retable_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    _ = retable_curl_set_sink(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      HTTPTransfer.receive(bytes, size * count, context) { transfer, bytes in
        // The body of an answer that leads elsewhere is nobody's.
        if transfer.isAccepted { try transfer.receiveBytes(bytes) }
      }
    }
    let code = curl_easy_perform(handle)
    if let failure = transfer.failure { throw failure }
    let proxyStatus = retable_curl_connect_status(handle)
    guard proxyStatus < 300 else {
      throw Failure(reason: "the proxy answered \(proxyStatus)", isLasting: proxyStatus < 500)
    }
    guard code == CURLE_OK else { throw transfer.reason(code) }
    guard transfer.isAccepted else { throw Failure.noHTTP }
  }

  /// Hands bytes on; another number than theirs ends the transfer.
  private static func receive(
    _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
    _ body: (HTTPTransfer, UnsafeRawBufferPointer) throws -> Void
  ) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
    do {
      try body(transfer, UnsafeRawBufferPointer(start: bytes, count: count))
      return count
    } catch {
      transfer.failure = error
      return 0
    }
  }

  /// One line of an answer's head; an empty one ends it.
  private func receive(line bytes: UnsafeRawBufferPointer) throws {
    headByteCount += bytes.count
    guard headByteCount <= Self.maximumHead else { throw Failure.endlessHead }
    let line = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    if line.hasPrefix("HTTP/") {
      let words = line.split(separator: " ")
      head = Head(status: words.count > 1 ? Int(words[1]) ?? 0 : 0)
    } else if let colon = line.firstIndex(of: ":"), !isAccepted {
      let name = line[..<colon].lowercased()
      head?.fields[name] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    } else if line.isEmpty, let head, !isAccepted {
      let isFollowed = (300...399).contains(head.status) && head["Location"] != nil
      guard !isFollowed, head.status >= 200 else { return }
      isAccepted = true
      try receiveHead(head)
    }
  }

  private func reason(_ code: CURLcode) -> Failure {
    switch code {
    // An answer without a status line is "another protocol" to libcurl, as an address of another kind is.
    case CURLE_UNSUPPORTED_PROTOCOL: head == nil ? .noHTTP : .otherAddress
    case CURLE_URL_MALFORMAT: .otherAddress
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      Failure(reason: "the server's name is not known")
    case CURLE_COULDNT_CONNECT: Failure(reason: "the server does not answer")
    case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_FILESIZE_EXCEEDED: .noHTTP
    // A single line without end.
    case CURLE_OUT_OF_MEMORY: .endlessHead
    case CURLE_OPERATION_TIMEDOUT: Failure(reason: "nothing came for a minute")
    case CURLE_TOO_MANY_REDIRECTS:
      Failure(reason: "the server sends from one address to the next without end", isLasting: true)
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
      Failure(reason: "no secure connection came about")
    default: Failure(reason: "the connection was lost")
    }
  }
}
