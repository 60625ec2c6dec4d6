import Datasets
import Dispatch
import LinearAlgebra
import Synchronization

/// A perceptron of fixed weights, linear -> ReLU -> linear -> ... -> linear, for binary images of 64 x 64 pixels.
///
/// Most of the work of a perceptron on 4096 pixels lies in its first layer when that is a matrix product. Here it
/// is none: a row of a sprite is a few horizontal runs of ones, and what a run adds to every unit is the difference of
/// two prefix sums of the weights along that row. With R runs in an image (about the sprite's height) the layer takes
/// 2R vector operations instead of 4096.
///
/// Precision: with u = 2^-24, a unit's bias b and the largest magnitude M of its weights' prefix sums, an element of the
/// first layer is within
///
///     (R + 2) u (|b| + 2 R M)
///
/// of the exact value, to first order in u. A single-precision product over an image with P ones is within
/// P u (|b| + P max|w|) of it. All other layers are single-precision products.
///
/// The number of threads changes no bit. What the first layer says of an image depends on that image alone; in the
/// products behind it OpenBLAS orders its sums by the place of an image among the 512 that pass through together, so
/// that other company may change the last bits of a code.
public struct BinaryPerceptron: Sendable {
  /// The length of a code.
  public let codeSize: Int
  private let first: RunLayer
  private let rest: [DenseLayer]

  /// Images that pass through the layers at once. Every product packs its weights anew, which should cost little beside
  /// the product, and two activations of so many images should stay in the cache.
  private static let blockSize = 512

  /// - Parameter layers: from the pixels to the code; `weights` is outputs x inputs, `bias` has one element per output.
  ///   The first layer has 4096 inputs, each other one as many as the layer before has outputs. Finite numbers.
  public init(layers: [(weights: Matrix<Float>, bias: [Float])]) {
    precondition(!layers.isEmpty, "a perceptron has at least one layer")
    var inputs = DSprites.side * DSprites.side
    for (number, layer) in layers.enumerated() {
      precondition(
        layer.weights.columns == inputs && layer.weights.rows > 0 && layer.bias.count == layer.weights.rows,
        "layer \(number + 1) has weights of \(layer.weights.rows) x \(layer.weights.columns) and "
          + "\(layer.bias.count) biases where \(inputs) inputs come in")
      inputs = layer.weights.rows
    }
    codeSize = inputs
    first = RunLayer(weights: layers[0].weights, bias: layers[0].bias)
    rest = layers.dropFirst().map(DenseLayer.init)
  }

  /// The codes of these images, `indices.count` x `codeSize`.
  ///
  /// Neighbours in the order of `indices` should be alike, as in the order of the data set: their runs then end in the
  /// same columns, and what the first layer reads for one of them is still in the cache for the next.
  public func encode(_ images: DSprites, _ indices: [Int], threads: Int) -> Matrix<Float> {
    precondition(threads > 0, "work needs at least one thread")
    let blocks = (indices.count + Self.blockSize - 1) / Self.blockSize
    return Matrix(rows: indices.count, columns: codeSize) { codes in
      // Every block writes rows of its own.
      nonisolated(unsafe) let codes = codes
      let next = Atomic(0)
      DispatchQueue.concurrentPerform(iterations: min(threads, blocks)) { _ in
        BLAS.onCallingThread {
          let scratch = Scratch(self)
          while true {
            let block = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard block < blocks else { return }
            let range = (block * Self.blockSize)..<min((block + 1) * Self.blockSize, indices.count)
            let rows = (range.lowerBound * codeSize)..<(range.upperBound * codeSize)
            encode(
              images, indices[range], scratch: scratch,
              into: UnsafeMutableBufferPointer(rebasing: codes[rows]))
          }
        }
      }
    }
  }

  private func encode(
    _ images: DSprites, _ indices: ArraySlice<Int>, scratch: Scratch,
    into codes: UnsafeMutableBufferPointer<Float>
  ) {
    let rows = indices.count
    var (values, spare) = (scratch.values, scratch.spare)
    first.apply(to: ImageRuns(images, indices), into: values)
    guard let last = rest.last else {
      first.copyOutputs(values, rows: rows, into: codes)
      return
    }
    var stride = first.stride
    rectify(UnsafeMutableBufferPointer(rebasing: values[0..<(rows * stride)]))
    for layer in rest.dropLast() {
      layer.apply(to: UnsafeBufferPointer(values), rows: rows, stride: stride, into: spare)
      stride = layer.outputs
      rectify(UnsafeMutableBufferPointer(rebasing: spare[0..<(rows * stride)]))
      swap(&values, &spare)
    }
    last.apply(to: UnsafeBufferPointer(values), rows: rows, stride: stride, into: codes)
  }

  /// The activations of one block before and after a layer; one for each thread.
  private final class Scratch {
    let values, spare: UnsafeMutableBufferPointer<Float>

    init(_ perceptron: BinaryPerceptron) {
      let width = perceptron.rest.map(\.outputs).reduce(perceptron.first.stride, max)
      func allocated() -> UnsafeMutableBufferPointer<Float> {
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: BinaryPerceptron.blockSize * width)
        buffer.initialize(repeating: 0)
        return buffer
      }
      values = allocated()
      spare = allocated()
    }

    deinit {
      values.deallocate()
      spare.deallocate()
    }
  }
}
