import Testing
import Torch

@Suite("Tensors")
struct TensorTests {
  @Test("elements go in and come out in row-major order, also through a view")
  func elements() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect((tensor.shape, tensor.rank, tensor.count, tensor.device) == ([2, 3], 2, 6, .cpu))
    #expect(try tensor.transposed().elements() == [1, 4, 2, 5, 3, 6])
    #expect(try tensor.slice(1..<2, along: 0).elements() == [4, 5, 6])
  }

  @Test("scalars, empty tensors and constants")
  func extremes() throws {
    let scalar = try Tensor([2.5], shape: [])
    #expect((scalar.shape, scalar.count) == ([], 1))
    #expect(try scalar.scalar() == 2.5)
    let empty = try Tensor([], shape: [0, 3])
    #expect(try empty.elements() == [])
    #expect(try Tensor.concatenate([empty, Tensor([1, 2, 3], shape: [1, 3])], along: 0).shape == [1, 3])
    #expect(try Tensor(repeating: 7, shape: [2]).elements() == [7, 7])
    #expect(try Tensor(indices: [3, 1]).elements() == [3, 1])
  }

  @Test("libtorch owns a copy of what a tensor is made from")
  func ownership() throws {
    var source: [Float] = [1, 2]
    let tensor = try Tensor(source, shape: [2])
    source[0] = 9
    #expect(try tensor.elements() == [1, 2])
    let copy = try tensor.copy()
    try tensor.withUnsafeMutableElements { $0[1] = 5 }
    #expect(try tensor.elements() == [1, 5])
    #expect(try copy.elements() == [1, 2])
  }

  @Test("writing and assigning keep a parameter a parameter")
  func assignment() throws {
    let parameter = try Tensor([1, 2], shape: [2]).requireGradient()
    try parameter.assign(Tensor([3, 4], shape: [2]))
    #expect(try parameter.elements() == [3, 4])
    try [5, 6].withUnsafeBufferPointer { try parameter.write($0) }
    #expect(try parameter.elements() == [5, 6])
    #expect(parameter.requiresGradient)
    try parameter.squared().sum().backward()
    #expect(try parameter.gradient?.elements() == [10, 12])
  }

  @Test("every element is written in place before anything reads it")
  func initialising() throws {
    let tensor = try Tensor(shape: [2, 2]) { for position in $0.indices { $0[position] = Float(position) } }
    #expect(try tensor.elements() == [0, 1, 2, 3])
  }
}
