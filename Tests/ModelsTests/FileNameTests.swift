import LinearAlgebra
import Models
import TestSupport
import Testing
import Torch

@Suite("Files have the names that stores know")
struct FileNameTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Of a checkpoint's metadata, beside its format.
    let keys: Set<String>
    /// Some entries of a checkpoint, beside the weights.
    let entries: Set<String>
    let make: @Sendable () throws -> any Trainable

    init(
      _ name: String, optimisers: [String] = ["optimiser"], generators: [String], streams: [String],
      tensors: [String] = [], _ make: @escaping @Sendable () throws -> any Trainable
    ) {
      testDescription = name
      keys = Set(optimisers.map { "\($0).updates" } + streams.map { "stream.\($0)" })
      entries = Set(generators.map { "generator.\($0)" } + tensors.map { "weights.\($0)" })
      self.make = make
    }
  }

  private static let adversaries = ["generator", "discriminator"]
  private static let domains = ["photos", "labels", "crops"]

  static let cases: [Case] = [
    Case("beta-VAE", generators: ["noise"], streams: ["minibatches"]) { try Kind.vae.make() },
    Case("DC-IGN", generators: ["noise"], streams: ["minibatches"]) { try Kind.dcign.make() },
    Case("InfoGAN", optimisers: adversaries, generators: ["noise", "prior"], streams: ["minibatches"]) {
      try Kind.infogan.make()
    },
    Case("M1", generators: ["noise"], streams: ["minibatches"]) {
      try GaussianVAE(
        configuration: .init(hidden: [5], latents: 3, batch: 4), inputs: BoundReference.rows(13, 6), seed: 5)
    },
    Case("M2", generators: ["noise"], streams: ["minibatches", "labelled"]) {
      try SemiSupervisedVAE(
        configuration: .init(hidden: 4, latents: 2, labelledBatch: 2, unlabelledBatch: 3),
        codes: SemiSupervisedCodes(
          means: BoundReference.rows(13, 6), labelled: [0, 1], labels: [0, 1], unlabelled: [2, 3, 4],
          classes: 2), seed: 5)
    },
    Case("what-where", generators: ["dropout"], streams: ["minibatches", "labelled"]) {
      try WhatWhereAutoencoder(
        configuration: .tiny, images: quadrantImages(24), labelled: [0, 1, 2, 3], labels: [0, 1, 2, 3],
        unlabelled: Array(4..<24), classes: 4, seed: 5)
    },
    Case("CNN", generators: ["dropout"], streams: ["labelled"]) {
      try ConvolutionalClassifier(
        configuration: .tiny, images: quadrantImages(24), labelled: [0, 1, 2, 3], labels: [0, 1, 2, 3],
        classes: 4, seed: 5)
    },
    Case("DCGAN", optimisers: adversaries, generators: ["prior"], streams: ["minibatches"]) {
      try DCGAN(configuration: .tiny, images: patternImages(8), seed: 5)
    },
    Case("Exemplar CNN", generators: ["dropout"], streams: ["minibatches"], tensors: ["patches.mean"]) {
      try ExemplarCNN(configuration: .tiny, images: patternImages(9, side: 44), seed: 5)
    },
    Case("scene parser", generators: [], streams: ["minibatches", "windows"]) {
      try SceneParser(
        configuration: .init(classes: 2, side: 16, readSide: 32, width: 1, batch: 1, updates: 1),
        photos: patternImages(1), truth: patternImages(1, channels: 1, side: 32), seed: 5)
    },
    Case(
      "CycleGAN", optimisers: ["generators", "discriminators"], generators: ["dropout"],
      streams: domains + ["pool.photos", "pool.labels"], tensors: ["photos.pool.kept", "labels.pool.kept"]
    ) { try TranslatorKind.cycle.make() },
    Case(
      "BiGAN", optimisers: ["generators", "discriminator"], generators: [],
      streams: domains + ["pool.photos", "pool.labels"], tensors: ["photos.pool.kept", "labels.pool.kept"]
    ) { try TranslatorKind.bidirectional.make() },
    Case("CoGAN", optimisers: adversaries, generators: ["prior", "dropout"], streams: domains) {
      try TranslatorKind.coupled.make()
    },
  ]

  @Test(arguments: cases)
  func names(_ expected: Case) throws {
    try TorchInfo.setThreads(1)
    let folder = try TemporaryDirectory()
    let model = try expected.make()
    try model.saveCheckpoint(to: folder.path("checkpoint"))
    let checkpoint = try SafetensorsFile(path: folder.path("checkpoint"))
    #expect(Set(checkpoint.metadata.keys) == expected.keys.union(["format"]))
    #expect(checkpoint.metadata["format"] == "retable checkpoint 1")
    let names = Set(checkpoint.names)
    #expect(expected.entries.isSubset(of: names), "\(expected.entries.subtracting(names))")
    let weights = try model.weights().keys.map { "weights.\($0)" }
    #expect(Set(weights).isSubset(of: names), "\(Set(weights).subtracting(names))")
  }
}
