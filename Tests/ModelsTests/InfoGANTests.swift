import LinearAlgebra
import Models
import TestSupport
import Testing
import Torch

@Suite("InfoGAN")
struct InfoGANTests {
  @Test("codes come from running statistics, not from those of the images asked for")
  func runningStatistics() throws {
    let folder = try TemporaryDirectory()
    let model = try Kind.infogan.make()
    try model.update(times: 3)
    let before = try model.encode([0, 1, 2])
    #expect(try model.encode([0, 1, 2]) == before)
    // Moving the statistics in the file must move the codes.
    let path = folder.path("weights")
    try model.saveWeights(to: path)
    let file = try SafetensorsFile(path: path)
    let changed = try file.names.map { name in
      let tensor = try file.tensor(named: name)
      return NamedTensor(name, name == "codes.norm.running_mean" ? try tensor + 1 : tensor)
    }
    try Safetensors.write(tensors: changed, to: path)
    let other = try Kind.infogan.make()
    try other.restoreWeights(from: path)
    #expect(try other.encode([0, 1, 2]) != before)
  }

  @Test("training moves the running statistics, encoding does not")
  func statistics() throws {
    let model = try Kind.infogan.make()
    let initial = try model.weights()
    _ = try model.encode(Array(0..<20))
    _ = try model.decode(Matrix(rows: 2, columns: 2, elements: [0, 0.5, -0.5, 1]))
    #expect(try model.weights() == initial)
    _ = try model.update()
    let after = try model.weights()
    for (name, elements) in initial where name.contains("running") {
      #expect(after[name] != elements, "\(name)")
    }
  }

  @Test("Q learns to tell the codes of generated images")
  func information() throws {
    let model = try Kind.infogan.make()
    let curve = try (0..<250).map { _ in try #require(try model.update()["information"]) }
    let early = curve.prefix(20).reduce(0, +) / 20
    let late = curve.suffix(20).reduce(0, +) / 20
    #expect(late < 0.7 * early)
  }

  @Test("codes of real images stay near the interval that codes are drawn from")
  func range() throws {
    let model = try Kind.infogan.make()
    try model.update(times: 250)
    let codes = try model.encode(Array(0..<200))
    for row in 0..<codes.rows {
      for column in 0..<codes.columns { #expect(abs(codes[row, column]) < 5) }
    }
  }
}
