import Foundation
import Models
import TestSupport
import Testing
import Torch

/// Weights by name with their shapes.
func shapes(of model: any Trainable) throws -> [String: [Int]] {
  let folder = try TemporaryDirectory()
  try model.saveWeights(to: folder.path("weights"))
  let file = try SafetensorsFile(path: folder.path("weights"))
  return try Dictionary(uniqueKeysWithValues: file.names.map { ($0, try file.shape(of: $0)) })
}

extension Trainable {
  /// Replaces the weights named here and keeps the others.
  func setWeights(_ changed: [String: [Float]]) throws {
    let folder = try TemporaryDirectory()
    let shapes = try shapes(of: self)
    let elements = try weights().merging(changed) { $1 }
    try Safetensors.write(
      tensors: elements.sorted { $0.key < $1.key }.map { name, elements in
        NamedTensor(name, try Tensor(elements, shape: #require(shapes[name])))
      }, to: folder.path("weights"))
    try restoreWeights(from: folder.path("weights"))
  }

  /// Gives every weight the value that `reference/vae.py` gives it.
  func setFormulaWeights() throws {
    var elements = try weights()
    for (position, name) in elements.keys.sorted().enumerated() {
      for i in elements[name, default: []].indices {
        let value = 0.8 * sin(Double(position) + 0.7 * Double(i))
        elements[name]?[i] = Float(name == "encoder.log_variance.bias" ? value - 30 : value)
      }
    }
    try setWeights(elements)
  }
}

/// Compares the gradient that the first update moves by, read from Adam's mean of gradients, with finite differences of
/// the `loss` that it reports: for the element of each parameter where the gradient is largest.
///
/// - Parameter decay: the factor of L2, which is in the gradient and not in the loss.
func expectNumericalGradients(
  step: Float = 4e-3, decay: Double = 0, beta1: Double = 0.9,
  only isChecked: (String) -> Bool = { _ in true },
  _ make: () throws -> any Trainable
) throws {
  let folder = try TemporaryDirectory()
  let model = try make()
  let start = try model.weights()
  _ = try model.update()
  try model.saveCheckpoint(to: folder.path("checkpoint"))
  let file = try SafetensorsFile(path: folder.path("checkpoint"))
  var checked = 0
  for (name, values) in start.sorted(by: { $0.key < $1.key }) where isChecked(name) {
    let state = "optimiser.\(name).mean"
    guard file.names.contains(state) else { continue }
    let gradient = try file.tensor(named: state).elements().map { Double($0) / (1 - beta1) }
    let place = try #require(gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) })
    let losses = try [step, -step].map { change in
      var moved = values
      moved[place] += change
      let other = try make()
      try other.setWeights([name: moved])
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
