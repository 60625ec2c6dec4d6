import LinearAlgebra

/// What training needs of a model. One instance is used from one thread.
///
/// On the processor, a run that is checkpointed, restored and continued gives the same weights, bit for bit, as an
/// unbroken one on the same machine with the same number of threads. CUDA's kernels may add in another order each time.
public protocol Trainable: AnyObject {
  /// Calls of `update()` done so far.
  var updates: Int { get }
  /// One update of every network of the model. Returns what is worth a learning curve, always under the same names.
  func update() throws -> [String: Double]
  /// Writes all that a continued run needs into one safetensors file. The caller makes it durable.
  func saveCheckpoint(to path: String) throws
  func restoreCheckpoint(from path: String) throws
  /// Writes the weights alone into one safetensors file.
  func saveWeights(to path: String) throws
  func restoreWeights(from path: String) throws
}

/// A model that gives an image of a factor grid a code. `update()` reports nats per image where a value is a likelihood
/// or a divergence: `loss`, `reconstruction`, `kl`, …
public protocol TrainableModel: Trainable {
  /// The length of the representation.
  var codeSize: Int { get }
  /// The representation of these images, n x `codeSize`: posterior means where the code is a distribution.
  func encode(_ indices: [Int]) throws -> Matrix<Float>
  /// The images of these codes, n x pixels in 0...1, or nil where the model has no decoder.
  func decode(_ codes: Matrix<Float>) throws -> Matrix<Float>?
  /// The mean divergence of each code element from its prior over these images, in nats; nil where it has no meaning.
  func latentKL(_ indices: [Int]) throws -> [Double]?
  /// The values over which a traversal moves a code element.
  var traversalRange: ClosedRange<Float> { get }
}

/// A model whose code is a perceptron of binary pixels: one that `BinaryPerceptron` can compute without matrix products
/// over the pixels.
public protocol PerceptronCoder: TrainableModel {
  /// The encoder with the present weights; nil where the model is for images of another size.
  func perceptron() throws -> BinaryPerceptron?
}
