import Testing
import Torch

@Suite("Errors name the operation, the shapes and libtorch's reason")
struct ErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let operation: String
    let shapes: [[Int]]
    /// A part of libtorch's message.
    let reason: String
    let run: @Sendable () throws -> Void
    var testDescription: String { operation }
  }

  private static func ones(_ shape: Int...) throws -> Tensor { try Tensor(repeating: 1, shape: shape) }

  static let cases = [
    Case(
      operation: "addition", shapes: [[2, 3], [2, 4]],
      reason: "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1",
      run: { _ = try ones(2, 3) + ones(2, 4) }),
    Case(
      operation: "matrix product", shapes: [[2, 3], [2, 3]],
      reason: "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
      run: { _ = try ones(2, 3).matrixProduct(ones(2, 3)) }),
    Case(
      operation: "linear", shapes: [[2, 3], [5, 4]], reason: "shapes cannot be multiplied (2x3 and 4x5)",
      run: { _ = try ones(2, 3).linear(weight: ones(5, 4), bias: nil) }),
    Case(
      operation: "convolution", shapes: [[1, 2, 5, 5], [4, 3, 3, 3]],
      reason: "to have 3 channels, but got 2 channels instead",
      run: { _ = try ones(1, 2, 5, 5).conv2d(weight: ones(4, 3, 3, 3), bias: nil) }),
    Case(
      operation: "transposed convolution", shapes: [[1, 2, 5, 5], [3, 4, 3, 3]],
      reason: "to have 3 channels, but got 2 channels instead",
      run: { _ = try ones(1, 2, 5, 5).convTranspose2d(weight: ones(3, 4, 3, 3), bias: nil) }),
    Case(
      operation: "max pooling", shapes: [[1, 1, 2, 2]], reason: "Output size is too small",
      run: { _ = try ones(1, 1, 2, 2).maxPool2d(kernel: 3) }),
    Case(
      operation: "upsampling", shapes: [[2, 2]], reason: "needs an input of 4 dimensions, not 2",
      run: { _ = try ones(2, 2).upsampledNearest2d(factor: 2) }),
    Case(
      operation: "reflection padding", shapes: [[1, 1, 3, 3]], reason: "Padding size should be less than",
      run: { _ = try ones(1, 1, 3, 3).reflectionPadded2d(3) }),
    Case(
      operation: "instance normalisation", shapes: [[2, 3, 1, 1], [3]],
      reason: "an image has no variance of its own in maps of shape [2, 3, 1, 1]",
      run: { _ = try InstanceNorm(3)(ones(2, 3, 1, 1)) }),
    Case(
      operation: "cross-entropy over classes of pixels", shapes: [[1, 2, 3, 3], [1, 2, 3]],
      reason: "needs logits [n, classes, h, w] and indices [n, h, w], not [1, 2, 3, 3] and [1, 2, 3]",
      run: {
        _ = try ones(1, 2, 3, 3).crossEntropy(
          pixelClasses: Tensor(indices: [0, 0, 0, 0, 0, 0]).reshaped([1, 2, 3]), ignoring: 255,
          reduction: .sum)
      }),
    Case(
      operation: "absolute error", shapes: [[2, 1], [2]],
      reason: "a loss needs a target of shape [2, 1], not [2]",
      run: { _ = try ones(2, 1).absoluteError(ones(2), reduction: .mean) }),
    Case(
      operation: "batch normalisation", shapes: [[1, 3], [3]],
      reason: "training needs more than one value for each channel",
      run: { _ = try BatchNorm(3)(ones(1, 3), .training) }),
    Case(
      operation: "reshaping to [4, 2]", shapes: [[2, 3]],
      reason: "shape '[4, 2]' is invalid for input of size 6",
      run: { _ = try ones(2, 3).reshaped([4, 2]) }),
    Case(
      operation: "slicing 2..<4 along 1", shapes: [[2, 3]], reason: "exceeds dimension size (3)",
      run: { _ = try ones(2, 3).slice(2..<4, along: 1) }),
    Case(
      operation: "sum along 2", shapes: [[2, 3]], reason: "Dimension out of range",
      run: { _ = try ones(2, 3).sum(along: 2) }),
    Case(
      operation: "transposing 0 and 2", shapes: [[2, 3]], reason: "Dimension out of range",
      run: { _ = try ones(2, 3).transposed(0, 2) }),
    Case(
      operation: "concatenating along 0", shapes: [[2, 3], [2, 4]], reason: "Sizes of tensors must match",
      run: { _ = try Tensor.concatenate([ones(2, 3), ones(2, 4)], along: 0) }),
    Case(
      operation: "squared error", shapes: [[2, 1], [2]],
      reason: "a loss needs a target of shape [2, 1], not [2]",
      run: { _ = try ones(2, 1).squaredError(ones(2), reduction: .sum) }),
    Case(
      operation: "binary cross-entropy", shapes: [[2, 3], [3]],
      reason: "a loss needs a target of shape [2, 3], not [3]",
      run: { _ = try ones(2, 3).binaryCrossEntropy(logitsFor: ones(3), reduction: .sum) }),
    Case(
      operation: "cross-entropy over classes", shapes: [[2, 3], [3]],
      reason: "cross-entropy needs logits [n, classes] and n indices, not [2, 3] and [3]",
      run: { _ = try ones(2, 3).crossEntropy(classes: Tensor(indices: [0, 1, 2]), reduction: .mean) }),
    Case(
      operation: "dropout", shapes: [[2]], reason: "a dropout rate lies in 0..<1, not 1",
      run: { _ = try ones(2).dropout(rate: 1, from: Generator(seed: 1)) }),
    Case(
      operation: "storing channels last", shapes: [[2, 3]], reason: "required rank 4 tensor",
      run: { _ = try ones(2, 3).channelsLast() }),
    Case(
      operation: "assigning", shapes: [[2], [1]], reason: "cannot assign [1] to [2]",
      run: { try ones(2).assign(ones(1)) }),
    Case(
      operation: "writing", shapes: [[2]], reason: "the tensor has 2 elements, the buffer 3",
      run: {
        let target = try ones(2)
        try [1, 2, 3].withUnsafeBufferPointer { try target.write($0) }
      }),
    Case(
      operation: "reading a scalar", shapes: [[2]], reason: "cannot be converted to Scalar",
      run: { _ = try ones(2).scalar() }),
    Case(
      operation: "backward", shapes: [[]], reason: "does not require grad",
      run: { try ones(2).sum().backward() }),
    Case(
      operation: "backward", shapes: [[2]], reason: "grad can be implicitly created only for scalar outputs",
      run: { try ones(2).requireGradient().squared().backward() }),
    Case(
      operation: "opening the elements", shapes: [[3, 2]],
      reason: "elements in place need a contiguous tensor",
      run: { try ones(2, 3).transposed().withUnsafeMutableElements { _ in } }),
    Case(
      operation: "making a tensor", shapes: [[2, 2]], reason: "3 elements do not fill this shape",
      run: { _ = try Tensor([1, 2, 3], shape: [2, 2]) }),
    Case(
      operation: "making a tensor", shapes: [[-1, -1]], reason: "1 elements do not fill this shape",
      run: { _ = try Tensor([1], shape: [-1, -1]) }),
    Case(
      operation: "making a tensor of shape [-2]", shapes: [], reason: "negative dimension",
      run: { _ = try Tensor(repeating: 0, shape: [-2]) }),
    Case(
      operation: "a list of tensors", shapes: [], reason: "the list is empty",
      run: { _ = try Tensor.concatenate([], along: 0) }),
  ]

  @Test(arguments: cases)
  func refusal(_ expected: Case) throws {
    let error = #expect(throws: TorchError.self) { try expected.run() }
    guard case .operation(let operation, let shapes, let message) = try #require(error) else {
      Issue.record("\(String(describing: error)) is no error of an operation")
      return
    }
    #expect(operation == expected.operation)
    #expect(shapes == expected.shapes)
    #expect(!message.isEmpty && (expected.reason.isEmpty || message.contains(expected.reason)), "\(message)")
    // A trace of C++ frames helps nobody.
    #expect(!message.contains("frame #") && !message.contains("Exception raised from"), "\(message)")
  }

  @Test("what a person reads")
  func descriptions() {
    #expect(
      TorchError.operation("addition", shapes: [[2, 3], []], message: "why").description
        == "addition of [2, 3] and [] failed: why")
    #expect(
      TorchError.operation("making", shapes: [], message: "why").description == "making failed: why")
    #expect(TorchError.file(path: "a/b", message: "is short").description == "a/b: is short")
  }

  @Test("an error leaves the tensors usable")
  func afterwards() throws {
    let a = try Tensor([1, 2], shape: [2])
    #expect(throws: TorchError.self) { try a + Tensor([1, 2, 3], shape: [3]) }
    #expect(try (a + a).elements() == [2, 4])
  }
}
