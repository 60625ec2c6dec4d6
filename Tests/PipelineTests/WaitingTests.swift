import Files
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// A step that another process is at work on.
@Suite struct WaitingTests {
  private final class Heard: Sendable {
    let line = Mutex<Data?>(nil)
  }

  @Test func whoIsWaitedForIsTold() throws {
    let folder = try TemporaryDirectory()
    let store = Store(root: folder.path("store"))
    let step = sum("a", add: 1)
    try POSIXFileSystem().makeDirectories("\(store.root)/locks")
    let lock = try #require(try FileLock.tryLock(store.lock(step.identity)))
    let pipe = try ChildProcess.Pipe(for: "worker")
    let worker = Worker(registry: Registry([SumStep()]), environment: [:], replies: pipe.writing) { _ in }
    let (stop, heard) = (worker.stop, Heard())
    Thread.detachNewThread {
      // A worker that says nothing fails the test, and must not hold it up.
      var request = pollfd(fd: pipe.reading, events: Int16(POLLIN), revents: 0)
      if poll(&request, 1, 60_000) > 0 {
        var lines = LineReader(FileHandle(fileDescriptor: pipe.reading, closeOnDealloc: true))
        let line = lines.next()
        heard.line.withLock { $0 = line }
      }
      stop.raise()
    }
    let reply = worker.carryOut(Assignment(step: step, store: store.root))
    #expect(reply == .interrupted(identity: step.identity))
    let line = try #require(heard.line.withLock { $0 })
    guard case .warning(step.identity, let message) = try JSONDecoder().decode(WorkerReply.self, from: line)
    else {
      Issue.record("\(String(decoding: line, as: UTF8.self))")
      return
    }
    #expect(message.hasPrefix("waits for process \(getpid()) on "))
    #expect(message.hasSuffix(", which is at work on it"))
    withExtendedLifetime(lock) {}
  }
}
