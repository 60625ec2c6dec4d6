import Foundation
import FoundationNetworking

/// One GET request whose body is handed on as it comes.
final class HTTPTransfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  /// The beginning of an answer.
  struct Head: Sendable {
    let status: Int
    private let response: HTTPURLResponse

    fileprivate init(_ response: HTTPURLResponse) {
      status = response.statusCode
      self.response = response
    }

    subscript(header: String) -> String? { response.value(forHTTPHeaderField: header) }
  }

  // The session calls its delegate on one serial queue, and `run` looks at the outcome when the last call is over.
  private let receiveHead: (Head) throws -> Void
  private let receiveBytes: (Data) throws -> Void
  private var failure: (any Error)?
  private var redirections = 0
  private let isOver = DispatchSemaphore(value: 0)

  private init(head: @escaping (Head) throws -> Void, bytes: @escaping (Data) throws -> Void) {
    (receiveHead, receiveBytes) = (head, bytes)
  }

  /// Sends the request and waits for the end of the answer.
  ///
  /// `head` is called once before any `bytes`; what either throws ends the transfer and is thrown from here, as is the
  /// `URLError` of a broken connection. An answer that ends before its announced length is such an error.
  static func run(
    _ request: URLRequest, head: @escaping (Head) throws -> Void, bytes: @escaping (Data) throws -> Void
  ) throws {
    let transfer = HTTPTransfer(head: head, bytes: bytes)
    let configuration = URLSessionConfiguration.ephemeral
    configuration.urlCache = nil
    // Seconds without a single byte.
    configuration.timeoutIntervalForRequest = 60
    configuration.timeoutIntervalForResource = 7 * 24 * 3600
    let session = URLSession(configuration: configuration, delegate: transfer, delegateQueue: nil)
    session.dataTask(with: request).resume()
    transfer.isOver.wait()
    session.invalidateAndCancel()
    if let failure = transfer.failure { throw failure }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    attempt(dataTask) {
      guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
      try receiveHead(Head(response))
    }
    completionHandler(failure == nil ? .allow : .cancel)
  }

  /// More than any mirror needs: a server that goes on sends in a circle.
  private static let maximumRedirections = 10

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    redirections += 1
    // Asked of the answer: the request that Foundation makes of an address of another kind goes to the same server again.
    let location = response.value(forHTTPHeaderField: "Location").flatMap {
      URL(string: $0, relativeTo: response.url)
    }
    let schemes = [request.url?.scheme, location?.scheme].compactMap { $0?.lowercased() }
    if redirections > Self.maximumRedirections {
      failure = failure ?? URLError(.httpTooManyRedirects)
    } else if !schemes.allSatisfy(["http", "https"].contains) {
      failure = failure ?? URLError(.unsupportedURL)
    }
    completionHandler(failure == nil ? request : nil)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    attempt(dataTask) { try receiveBytes(data) }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    failure = failure ?? error
    isOver.signal()
  }

  /// Linux's URLSession takes no notice of a `.cancel` from `didReceive`, and hands on what has come before a
  /// cancellation: nothing is looked at any more after the first failure.
  private func attempt(_ task: URLSessionDataTask, _ body: () throws -> Void) {
    guard failure == nil else { return }
    do {
      try body()
    } catch {
      failure = error
      task.cancel()
    }
  }
}
