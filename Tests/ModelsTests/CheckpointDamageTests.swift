import Foundation
import Models
import TestSupport
import Testing
import Torch

@Suite("A checkpoint that cannot be restored leaves the model as it was")
struct CheckpointDamageTests {
  let folder: TemporaryDirectory
  init() throws { folder = try TemporaryDirectory() }

  /// Tries to restore `bytes`, expects a refusal, and returns it.
  private func refusal(of bytes: some Collection<UInt8>, by model: any Trainable) throws -> String {
    let before = try model.snapshot()
    let path = try folder.file("damaged", bytes)
    let error = #expect(throws: TorchError.self) { try model.restoreCheckpoint(from: path) }
    #expect(try model.snapshot() == before)
    let text = error?.description ?? ""
    #expect(text.hasPrefix("\(path): "), "\(text)")
    return text
  }

  private func replacing(_ old: String, with new: String, in bytes: Data) throws -> Data {
    #expect(old.utf8.count == new.utf8.count)
    var damaged = bytes
    damaged.replaceSubrange(try #require(bytes.range(of: Data(old.utf8))), with: Data(new.utf8))
    return damaged
  }

  @Test("cut off", arguments: Kind.allCases)
  func truncated(_ kind: Kind) throws {
    let whole = try kind.make().snapshot()
    let model = try kind.make(seed: 9)
    for part in 0..<10 { _ = try refusal(of: whole.prefix(whole.count * part / 10), by: model) }
    _ = try refusal(of: whole.dropLast(), by: model)
  }

  @Test("a flipped bit in the header: refused whole, or a whole restore")
  func flipped() throws {
    let whole = try [UInt8](Kind.vae.make().snapshot())
    let length = whole.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let model = try Kind.vae.make(seed: 9)
    let untouched = try model.snapshot()
    let original = folder.path("original")
    try model.saveCheckpoint(to: original)
    var refused = 0
    try ByteFlips.forEach(of: whole, step: 29) { position, damaged in
      guard position < 8 + length else { return }
      let path = try folder.file("flipped", damaged)
      do {
        try model.restoreCheckpoint(from: path)
        try model.restoreCheckpoint(from: original)
      } catch is TorchError {
        refused += 1
        #expect(try model.snapshot() == untouched, "byte \(position)")
      }
    }
    #expect(refused > length / 29 / 2)
  }

  @Test("mutants: refused whole, or a whole restore")
  func mutants() throws {
    let whole = try [UInt8](Kind.vae.make().snapshot())
    let model = try Kind.vae.make(seed: 9)
    let untouched = try model.snapshot()
    let original = folder.path("original")
    try model.saveCheckpoint(to: original)
    var mutator = Mutator(seed: 5)
    let count = Mutator.count(default: 300)
    for _ in 0..<count {
      let path = try folder.file("mutant", mutator.mutant(of: whole))
      do {
        try model.restoreCheckpoint(from: path)
        _ = try model.update()
        try model.restoreCheckpoint(from: original)
      } catch is TorchError {
        #expect(try model.snapshot() == untouched)
      }
    }
    print("mutants of model checkpoints: \(count)")
  }

  @Test("a generator state that libtorch refuses")
  func generatorState() throws {
    var bytes = try Kind.infogan.make().snapshot()
    // The states are the last entries of the file.
    let size = try Generator(seed: 0).state.count
    bytes.replaceSubrange((bytes.count - size)..., with: repeatElement(0xFF, count: size))
    let text = try refusal(of: bytes, by: Kind.infogan.make(seed: 9))
    #expect(text.contains("generator.prior is no state of a generator: "))
  }

  @Test("what it says about itself is wrong")
  func metadata() throws {
    let model = try Kind.vae.make(seed: 9)
    let whole = try Kind.vae.make().snapshot()
    func text(replacing old: String, with new: String) throws -> String {
      try refusal(of: replacing(old, with: new, in: whole), by: model)
    }
    #expect(
      try text(replacing: "retable checkpoint 1", with: "retable checkpoint 0").hasSuffix(
        "is a retable checkpoint 0, expected a retable checkpoint 1"))
    #expect(
      try text(replacing: #""optimiser.updates":"0""#, with: #""optimiser.updates":"x""#).hasSuffix(
        "optimiser.updates is x, expected a count"))
    #expect(
      try text(replacing: #"\"seed\""#, with: #"\"need\""#).hasSuffix(
        "stream.minibatches does not describe a random stream"))
    #expect(
      try text(replacing: "optimiser.decoder.1.bias", with: "optimiser.decoder.9.bias").hasSuffix(
        "has no entry optimiser.decoder.1.bias.sum_of_squares"))
  }

  @Test("files of other kinds: another model, another size, weights alone")
  func others() throws {
    let model = try Kind.vae.make(seed: 9)
    _ = try refusal(of: Kind.dcign.make().snapshot(), by: model)
    let larger = try BetaVAE(
      configuration: .init(hidden: 17, latents: 3, batch: 8), images: PatternImages(), seed: 1)
    #expect(try refusal(of: larger.snapshot(), by: model).contains("the model needs"))
    let path = folder.path("weights")
    try model.saveWeights(to: path)
    let text = try refusal(of: Data(contentsOf: URL(fileURLWithPath: path)), by: model)
    #expect(text.hasSuffix("has no metadata format"))
  }
}
