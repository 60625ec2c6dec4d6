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
  /// The accelerator that the step runs on, such as "cuda"; nil for the processor. Its sums round otherwise, so it is
  /// part of the identity.
  public let device: String?
  private let outside: [String: String]?
  public let identity: String

  /// Files and folders outside of store and data folder that the step reads, by role. Where they lie decides nothing: the
  /// parameters hold their fingerprints.
  public var sources: [String: String] { outside ?? [:] }

  public init(
    kind: String, version: Int, parameters: JSON, inputs: [String: String] = [:], seed: UInt64? = nil,
    label: String, needs: Needs = Needs(), device: String? = nil, sources: [String: String] = [:]
  ) {
    self.kind = kind
    self.version = version
    self.parameters = parameters
    self.inputs = inputs
    self.seed = seed
    self.label = label
    self.needs = needs
    self.device = device
    outside = sources.isEmpty ? nil : sources
    identity = Step.identity(
      kind: kind, version: version, parameters: parameters, inputs: inputs, seed: seed, device: device)
  }

  private enum CodingKeys: String, CodingKey {
    case kind, version, parameters, inputs, seed, label, needs, device, identity
    // Most steps have none, and none stands in their records.
    case outside = "sources"
  }

  static func identity(
    kind: String, version: Int, parameters: JSON, inputs: [String: String], seed: UInt64?,
    device: String? = nil
  ) -> String {
    var parts: [String: JSON] = [
      "kind": .string(kind), "version": .int(version), "parameters": parameters,
      "inputs": .object(inputs.mapValues { .string($0) }),
      // A string, because JSON readers elsewhere lose the low bits of a 64-bit integer.
      "seed": seed.map { .string(String($0)) } ?? .null,
    ]
    parts["device"] = device.map { .string($0) }
    return JSON.object(parts).digest
  }

  /// Whether the identity follows from the content.
  var isIntact: Bool {
    identity
      == Step.identity(
        kind: kind, version: version, parameters: parameters, inputs: inputs, seed: seed, device: device)
  }

  /// Equal for steps that cost the same: everything but seed and inputs.
  var costKey: String {
    Step.identity(
      kind: kind, version: version, parameters: parameters, inputs: [:], seed: nil, device: device)
  }
}

/// What a step occupies while it runs.
public struct Needs: Sendable, Codable, Equatable {
  /// Threads granted to BLAS and libtorch, which is also how many cores the scheduler sets aside. A step gets as many
  /// threads on a machine of fewer cores too: sums depend on their number.
  public var cores: Int
  /// Bytes of memory.
  public var memory: Int
  /// Seconds, a guess for the first run; later plans use what earlier runs took.
  public var seconds: Double
  /// Whether the step can use an accelerator, where the run has one.
  public var device: Bool

  public init(cores: Int = 1, memory: Int = 1 << 29, seconds: Double = 5, device: Bool = false) {
    self.cores = cores
    self.memory = memory
    self.seconds = seconds
    self.device = device
  }

  /// Records of earlier versions know nothing of devices.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    cores = try values.decode(Int.self, forKey: .cores)
    memory = try values.decode(Int.self, forKey: .memory)
    seconds = try values.decode(Double.self, forKey: .seconds)
    device = try values.decodeIfPresent(Bool.self, forKey: .device) ?? false
    guard (1...65_536).contains(cores), memory >= 0, RunFacts.plausibleSeconds.contains(seconds) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: "no step needs such cores, memory or time"))
    }
  }

  /// What is false is left out, so that a record keeps its stamp.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(cores, forKey: .cores)
    try values.encode(memory, forKey: .memory)
    try values.encode(seconds, forKey: .seconds)
    if device { try values.encode(true, forKey: .device) }
  }

  private enum CodingKeys: String, CodingKey { case cores, memory, seconds, device }
}

/// Seeds are a function of the root seed and a path, so adding a row or a repeat moves no other stream.
public enum Seed {
  /// The first 63 bits of SHA-256("root/path"); 63 so that every consumer can hold it in a signed integer.
  public static func derive(root: UInt64, path: String) -> UInt64 {
    let digest = Digest.hex(of: Array("\(root)/\(path)".utf8))
    return UInt64(digest.prefix(16), radix: 16)! >> 1
  }
}
