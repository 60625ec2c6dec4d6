import Datasets
import Synchronization

/// Images that remember which were asked for.
final class RecordingImages: FactorImages {
  private let base = PatternImages()
  private let log = Mutex<[[Int]]>([])

  var grid: FactorGrid { base.grid }
  var width: Int { base.width }
  var height: Int { base.height }
  /// The indices of every call so far.
  var recorded: [[Int]] { log.withLock { $0 } }

  func fill(_ indices: [Int], into pixels: UnsafeMutableBufferPointer<Float>) {
    log.withLock { $0.append(indices) }
    base.fill(indices, into: pixels)
  }
}
