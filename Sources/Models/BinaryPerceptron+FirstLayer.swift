import Datasets
import LinearAlgebra

/// The horizontal runs of ones in some images, image by image.
struct ImageRuns {
  /// A run of ones in columns `start..<end` of `row`, as the places of (row, start) and (row, end) in a ``RunLayer``.
  struct Run {
    var start, end: Int32
  }

  private(set) var runs: [Run] = []
  /// The runs of image i are `runs[bounds[i]..<bounds[i + 1]]`.
  private(set) var bounds: [Int] = [0]

  init(_ images: DSprites, _ indices: ArraySlice<Int>) {
    bounds.reserveCapacity(indices.count + 1)
    // A sprite has about twenty rows with one run each.
    runs.reserveCapacity(24 * indices.count)
    for index in indices {
      images.withWords(of: index) { words in
        for (row, word) in words.enumerated() where word != 0 {
          append(word, firstPlace: row * RunLayer.columns)
        }
      }
      bounds.append(runs.count)
    }
  }

  private mutating func append(_ word: UInt64, firstPlace: Int) {
    var rest = word
    while rest != 0 {
      let start = rest.trailingZeroBitCount
      let lowest = rest & (~rest &+ 1)
      // The sum carries through the lowest run and sets the bit after it, which is lost when that would be bit 64.
      let carried = rest &+ lowest
      let end = carried == 0 ? UInt64.bitWidth : (carried & ~rest).trailingZeroBitCount
      runs.append(Run(start: Int32(firstPlace + start), end: Int32(firstPlace + end)))
      rest &= carried
    }
  }
}

/// A linear layer on 64 x 64 binary pixels: for each place (row, column), column in 0...64, the sums of every unit's
/// weights over the pixels of that row to the left of the column.
///
/// Units stand in panels of 32 with all places of a panel together: half a megabyte, of which the images of one block
/// touch a part that fits the second-level cache, and 32 sums that stay in registers. 20 MB for 1200 units.
///
/// Unchecked because of the pointers, which only `init` writes through.
final class RunLayer: @unchecked Sendable {
  /// 32 units. In quarters, since vectors of more than eight lanes are compiled into loops over their lanes.
  private struct Panel {
    static let width = 32
    var quarters = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())

    @inline(__always)
    mutating func add(_ end: Panel, minus start: Panel) {
      quarters.0 += end.quarters.0 - start.quarters.0
      quarters.1 += end.quarters.1 - start.quarters.1
      quarters.2 += end.quarters.2 - start.quarters.2
      quarters.3 += end.quarters.3 - start.quarters.3
    }
  }

  /// Places in a row of pixels.
  static let columns = DSprites.side + 1
  private static let places = DSprites.side * columns

  let outputs: Int
  /// The distance between two images' outputs: `outputs` rounded up to whole panels.
  var stride: Int { panels * Panel.width }
  private let panels: Int
  /// panels x places x units of a panel
  private let sums: UnsafeMutablePointer<Float>
  /// panels x units of a panel
  private let bias: UnsafeMutablePointer<Float>

  /// `weights` is units x 4096.
  init(weights: Matrix<Float>, bias values: [Float]) {
    outputs = weights.rows
    panels = (outputs + Panel.width - 1) / Panel.width
    sums = Self.zeros(panels * Self.places * Panel.width)
    bias = Self.zeros(panels * Panel.width)
    for unit in 0..<outputs { bias[unit] = values[unit] }
    weights.withUnsafeElements { weights in
      for unit in 0..<outputs {
        let (panel, lane) = unit.quotientAndRemainder(dividingBy: Panel.width)
        let own = sums + panel * Self.places * Panel.width + lane
        for row in 0..<DSprites.side {
          var sum = 0.0
          for column in 0..<DSprites.side {
            sum += Double(weights[(unit * DSprites.side + row) * DSprites.side + column])
            own[(row * Self.columns + column + 1) * Panel.width] = Float(sum)
          }
        }
      }
    }
  }

  deinit {
    sums.deallocate()
    bias.deallocate()
  }

  /// Memory in which each panel lies on whole cache lines.
  private static func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = count * MemoryLayout<Float>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: MemoryLayout<Panel>.stride)
      .bindMemory(to: Float.self, capacity: count)
    memory.initialize(repeating: 0, count: count)
    return memory
  }

  /// Writes the outputs of every image, `stride` floats apart; what follows the `outputs` of an image is zero.
  func apply(to images: ImageRuns, into values: UnsafeMutableBufferPointer<Float>) {
    let count = images.bounds.count - 1
    precondition(values.count >= count * stride, "no room for the outputs of \(count) images")
    guard let target = UnsafeMutableRawPointer(values.baseAddress) else { return }
    let size = MemoryLayout<Panel>.stride
    images.runs.withUnsafeBufferPointer { runs in
      images.bounds.withUnsafeBufferPointer { bounds in
        for panel in 0..<panels {
          let sums = UnsafeRawPointer(sums) + panel * Self.places * size
          for image in 0..<count {
            var total = UnsafeRawPointer(bias).load(fromByteOffset: panel * size, as: Panel.self)
            for run in bounds[image]..<bounds[image + 1] {
              total.add(
                sums.load(fromByteOffset: Int(runs[run].end) * size, as: Panel.self),
                minus: sums.load(fromByteOffset: Int(runs[run].start) * size, as: Panel.self))
            }
            target.storeBytes(of: total, toByteOffset: (image * panels + panel) * size, as: Panel.self)
          }
        }
      }
    }
  }

  /// The outputs of some images without the padding.
  func copyOutputs(
    _ values: UnsafeMutableBufferPointer<Float>, rows: Int, into codes: UnsafeMutableBufferPointer<Float>
  ) {
    for row in 0..<rows {
      for unit in 0..<outputs { codes[row * outputs + unit] = values[row * stride + unit] }
    }
  }
}
