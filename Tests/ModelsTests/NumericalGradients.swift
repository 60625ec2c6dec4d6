import Foundation
import Models
import TestSupport
import Testing
import Torch

/// The shapes of a model's weights by name.
func shapes(of model: any Trainable) throws -> [String: [Int]] {
  try SavedWeights(of: model).shapes
}

/// Weights as they lie in a file.
struct SavedWeights {
  private(set) var shapes: [String: [Int]] = [:]
  var elements: [String: [Float]] = [:]

  init(of model: any Trainable) throws {
    let folder = try TemporaryDirectory()
    try model.saveWeights(to: folder.path("weights"))
    let file = try SafetensorsFile(path: folder.path("weights"))
    for name in file.names {
      shapes[name] = try file.shape(of: name)
      elements[name] = try file.tensor(named: name).elements()
    }
  }

  func restore(into model: any Trainable) throws {
    let folder = try TemporaryDirectory()
    try Safetensors.write(
      tensors: elements.sorted { $0.key < $1.key }.map { name, elements in
        NamedTensor(name, try Tensor(elements, shape: #require(shapes[name])))
      }, to: folder.path("weights"))
    try model.restoreWeights(from: folder.path("weights"))
  }
}

extension Trainable {
  /// Replaces the weights named here and keeps the others.
  func setWeights(_ changed: [String: [Float]]) throws {
    var saved = try SavedWeights(of: self)
    saved.elements.merge(changed) { $1 }
    try saved.restore(into: self)
  }

  /// Gives every weight the value that `reference/vae.py` gives it.
  func setFormulaWeights() throws {
    var saved = try SavedWeights(of: self)
    for (position, name) in saved.shapes.keys.sorted().enumerated() {
      for i in saved.elements[name, default: []].indices {
        let value = 0.8 * sin(Double(position) + 0.7 * Double(i))
        saved.elements[name]?[i] = Float(name == "encoder.log_variance.bias" ? value - 30 : value)
      }
    }
    try saved.restore(into: self)
  }
}

/// Compares the gradient that the first update moves by, read from Adam's mean of gradients, with finite differences of
/// the `loss` that it reports: for the element of each parameter where the gradient is largest.
///
/// - Parameters:
///   - decay: the factor of L2, which is in the gradient and not in the loss.
///   - prepare: changes the weights that `make` starts with.
func expectNumericalGradients(
  step: Float = 4e-3, decay: Double = 0, beta1: Double = 0.9, _ make: () throws -> any Trainable,
  prepare: (any Trainable) throws -> Void = { _ in }
) throws {
  let folder = try TemporaryDirectory()
  let model = try make()
  try prepare(model)
  let start = try SavedWeights(of: model)
  _ = try model.update()
  try model.saveCheckpoint(to: folder.path("checkpoint"))
  let file = try SafetensorsFile(path: folder.path("checkpoint"))
  var checked = 0
  for (name, values) in start.elements.sorted(by: { $0.key < $1.key }) {
    // Running statistics have no gradients.
    guard file.names.contains("optimiser.\(name).mean") else { continue }
    let gradient = try file.tensor(named: "optimiser.\(name).mean").elements().map {
      Double($0) / (1 - beta1)
    }
    let place = try #require(gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) })
    let losses = try [step, -step].map { change in
      var moved = start
      moved.elements[name]?[place] += change
      let other = try make()
      try moved.restore(into: other)
      return try #require(try other.update()["loss"])
    }
    let numerical = (losses[0] - losses[1]) / (2 * Double(step)) + decay * Double(values[place])
    let allowed = 0.02 * abs(gradient[place]) + 2e-6 * max(1, abs(losses[0])) / Double(step)
    #expect(
      abs(numerical - gradient[place]) < allowed, "\(name): \(gradient[place]), numerically \(numerical)")
    checked += 1
  }
  #expect(checked > 0)
}

/// A restored checkpoint goes on as the unbroken run, over the ends of epochs; another seed is another run.
func expectContinuation(
  updates: Int = 4, _ make: (UInt64) throws -> any Trainable
) throws {
  let folder = try TemporaryDirectory()
  let path = folder.path("checkpoint")
  let unbroken = try make(5)
  try unbroken.update(times: updates)
  try unbroken.saveCheckpoint(to: path)
  let restored = try make(99)
  #expect(try restored.weights() != make(5).weights())
  try restored.update(times: 2)
  try restored.restoreCheckpoint(from: path)
  #expect(restored.updates == updates)
  #expect(try restored.snapshot() == unbroken.snapshot())
  for _ in 0..<updates { #expect(try restored.update() == unbroken.update()) }
  #expect(try restored.snapshot() == unbroken.snapshot())

  let weights = folder.path("weights")
  try unbroken.saveWeights(to: weights)
  let other = try make(99)
  try other.restoreWeights(from: weights)
  #expect(try other.weights() == unbroken.weights())
  #expect(other.updates == 0)
}
