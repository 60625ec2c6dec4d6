import Files

/// One node of a plan: what to compute, from which inputs, and what it needs to run.
///
/// The identity covers everything that decides the bytes of the artifact (kind, version, parameters, inputs, seed)
/// and nothing else: a label, a memory estimate or the order of a plan never changes it.
public struct Step: Sendable, Codable, Equatable {
  /// The name of the step's kind in the registry, such as `train`.
  public let kind: String
  /// The version of the kind's code; raised by hand whenever the same parameters would give other bytes.
  public let version: Int
  public let parameters: JSON
  /// Identities of the artifacts this step reads, by role.
  public let inputs: [String: String]
  /// Nil for steps without randomness, which are then shared between repeats.
  public let seed: UInt64?
  /// For people: "train beta-vae, repeat 2".
  public let label: String
  public let needs: Needs
  public let identity: String

  public init(
    kind: String, version: Int, parameters: JSON, inputs: [String: String] = [:], seed: UInt64? = nil,
    label: String, needs: Needs = Needs()
  ) {
    self.kind = kind
    self.version = version
    self.parameters = parameters
    self.inputs = inputs
    self.seed = seed
    self.label = label
    self.needs = needs
    identity = Step.identity(kind: kind, version: version, parameters: parameters, inputs: inputs, seed: seed)
  }

  static func identity(
    kind: String, version: Int, parameters: JSON, inputs: [String: String], seed: UInt64?
  ) -> String {
    JSON.object([
      "kind": .string(kind), "version": .int(version), "parameters": parameters,
      "inputs": .object(inputs.mapValues { .string($0) }),
      // A string, because JSON readers elsewhere lose the low bits of a 64-bit integer.
      "seed": seed.map { .string(String($0)) } ?? .null,
    ]).digest
  }

  /// Equal for steps that cost the same: everything but seed and inputs.
  var costKey: String {
    JSON.object(["kind": .string(kind), "version": .int(version), "parameters": parameters]).digest
  }
}

/// What a step occupies while it runs.
public struct Needs: Sendable, Codable, Equatable {
  /// Threads granted to BLAS and libtorch, which is also how many cores the scheduler sets aside.
  public var cores: Int
  /// Bytes of memory.
  public var memory: Int
  /// Seconds, a guess for the first run; later plans use what earlier runs took.
  public var seconds: Double

  public init(cores: Int = 1, memory: Int = 1 << 29, seconds: Double = 5) {
    self.cores = cores
    self.memory = memory
    self.seconds = seconds
  }
}

/// Seeds are a function of the root seed and a path, so adding a row or a repeat moves no other stream.
public enum Seed {
  /// The first 63 bits of SHA-256("root/path"); 63 so that every consumer can hold it in a signed integer.
  public static func derive(root: UInt64, path: String) -> UInt64 {
    let digest = Digest.hex(of: Array("\(root)/\(path)".utf8))
    return UInt64(digest.prefix(16), radix: 16)! >> 1
  }
}
