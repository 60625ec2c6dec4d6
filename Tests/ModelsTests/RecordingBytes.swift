import Datasets
import Models
import Synchronization

/// Images of bytes that remember which were asked for.
final class RecordingBytes: ByteImages {
  private let base: ImageStack
  private let log = Mutex<[Int]>([])

  init(_ base: ImageStack) { self.base = base }

  var count: Int { base.count }
  var channels: Int { base.channels }
  var height: Int { base.height }
  var width: Int { base.width }
  /// The index of every call so far.
  var recorded: [Int] { log.withLock { $0 } }

  func withPixels<R>(of index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    log.withLock { $0.append(index) }
    return try base.withPixels(of: index, body)
  }
}
