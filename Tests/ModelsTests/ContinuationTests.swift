import Foundation
import Models
import TestSupport
import Testing
import Torch

@Suite("Runs repeat and continue bit for bit")
struct ContinuationTests {
  let folder: TemporaryDirectory
  init() throws { folder = try TemporaryDirectory() }

  @Test("equal seeds give equal runs, other seeds others", arguments: Kind.allCases)
  func repetition(_ kind: Kind) throws {
    let runs = try ([5, 5, 6] as [UInt64]).map { seed in
      let model = try kind.make(seed: seed)
      try model.update(times: 5)
      return (try model.snapshot(), try model.weights())
    }
    #expect(runs[0].0 == runs[1].0)
    for (name, elements) in runs[0].1 where !name.hasSuffix("bias") && !name.contains("norm") {
      #expect(elements != runs[2].1[name], "\(name) does not depend on the seed")
    }
  }

  @Test("a restored checkpoint continues as the unbroken run does", arguments: Kind.allCases)
  func checkpoint(_ kind: Kind) throws {
    let path = folder.path("checkpoint")
    let unbroken = try kind.make()
    try unbroken.update(times: 4)
    try unbroken.saveCheckpoint(to: path)
    // Another seed, and some updates behind it: nothing of that may survive.
    let restored = try kind.make(seed: 99)
    try restored.update(times: 2)
    try restored.restoreCheckpoint(from: path)
    #expect(restored.updates == 4)
    #expect(try restored.snapshot() == unbroken.snapshot())
    for _ in 0..<4 { #expect(try restored.update() == unbroken.update()) }
    #expect(try restored.snapshot() == unbroken.snapshot())
    #expect(try restored.encode([0, 7]) == unbroken.encode([0, 7]))
  }

  @Test("saving, encoding and decoding do not change what follows", arguments: Kind.allCases)
  func observation(_ kind: Kind) throws {
    let alone = try kind.make()
    let watched = try kind.make()
    for _ in 0..<3 {
      try alone.update(times: 1)
      try watched.update(times: 1)
      _ = try watched.snapshot()
      _ = try watched.decode(watched.encode([1, 2, 3]))
      _ = try watched.latentKL([1, 2])
    }
    #expect(try watched.snapshot() == alone.snapshot())
  }

  @Test("weights alone make the same codes and images", arguments: Kind.allCases)
  func weights(_ kind: Kind) throws {
    let path = folder.path("weights")
    let trained = try kind.make()
    try trained.update(times: 3)
    try trained.saveWeights(to: path)
    let other = try kind.make(seed: 99)
    #expect(try other.encode([3, 4]) != trained.encode([3, 4]))
    try other.restoreWeights(from: path)
    #expect(try other.encode([3, 4]) == trained.encode([3, 4]))
    let codes = try trained.encode([3, 4])
    #expect(try other.decode(codes) == trained.decode(codes))
    #expect(try other.weights() == trained.weights())
    #expect(other.updates == 0)
  }
}
