import Foundation
import Randomness
import Torch

/// All that a continued run needs, in one safetensors file: weights, the state of optimisers and generators, counters
/// and streams.
public struct Checkpoint {
  private let file: SafetensorsFile

  static func write(_ state: TrainingState, to path: String) throws {
    var metadata = ["format": format]
    var tensors = state.contents.named(under: "weights")
    for (name, optimiser) in state.optimisers.sorted(by: { $0.key < $1.key }) {
      metadata["\(name).updates"] = String(optimiser.updates)
      tensors += optimiser.state.named(under: name)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for (name, stream) in state.streams {
      metadata["stream.\(name)"] = String(decoding: try encoder.encode(stream), as: UTF8.self)
    }
    let states = try state.generators.sorted { $0.key < $1.key }
      .map { ("generator.\($0.key)", try $0.value.state) }
    try Safetensors.write(tensors: tensors, bytes: states, metadata: metadata, to: path)
  }

  /// Reads a checkpoint into all of a state but its streams, or throws and leaves it as it was.
  init(path: String, restoring state: TrainingState) throws {
    file = try SafetensorsFile(path: path)
    let found = try file.metadata("format")
    guard found == Checkpoint.format else {
      throw TorchError.file(path: path, message: "is a \(found), expected a \(Checkpoint.format)")
    }
    var counters: [(any Optimiser, Int)] = []
    var tensors = state.contents.named(under: "weights")
    for (name, optimiser) in state.optimisers {
      let text = try file.metadata("\(name).updates")
      guard let updates = Int(text), (0...(1 << 53)).contains(updates) else {
        throw TorchError.file(path: path, message: "\(name).updates is \(text), expected a count")
      }
      counters.append((optimiser, updates))
      tensors += optimiser.state.named(under: name)
    }
    for name in state.streams.keys { _ = try stream(name) }
    let states = try state.generators.map { name, generator in
      (generator, try Checkpoint.state(of: generator, named: "generator.\(name)", in: file))
    }
    // Nothing below refuses what it is given: `load` checks every shape before it writes.
    try file.load(into: tensors)
    for (generator, state) in states { try generator.restore(state) }
    for (optimiser, updates) in counters { optimiser.updates = updates }
  }

  /// A state that `generator` will take: libtorch alone knows, so a generator of the same kind tries it.
  private static func state(of generator: Generator, named name: String, in file: SafetensorsFile) throws
    -> [UInt8]
  {
    let state = try file.bytes(named: name)
    do {
      try Generator(seed: 0, device: generator.device).restore(state)
    } catch TorchError.operation(_, _, let message) {
      throw TorchError.file(path: file.path, message: "\(name) is no state of a generator: \(message)")
    }
    return state
  }

  /// A stream at the position where it was saved.
  func stream(_ name: String) throws -> RandomStream {
    let text = try file.metadata("stream.\(name)")
    do {
      return try JSONDecoder().decode(RandomStream.self, from: Data(text.utf8))
    } catch {
      throw TorchError.file(path: file.path, message: "stream.\(name) does not describe a random stream")
    }
  }

  private static let format = "retable checkpoint 1"
}
