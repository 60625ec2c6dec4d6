import Files
import Foundation

/// The JSON beside an artifact: what it was made from and how, and the digests of its files.
public struct Record: Sendable, Codable, Equatable {
  public struct Output: Sendable, Codable, Equatable {
    public let size: Int
    public let sha256: String
  }

  public let step: Step
  /// Files of the artifact by relative path.
  public let outputs: [String: Output]
  /// How it went: times, host, memory. Differs between equal runs and enters no identity.
  public let run: RunFacts
  /// SHA-256 over everything above; a record with a wrong stamp is no record.
  public let stamp: String

  public init(step: Step, outputs: [String: Output], run: RunFacts) throws {
    self.step = step
    self.outputs = outputs
    self.run = run
    stamp =
      JSON.object([
        "step": try JSON(encoding: step), "outputs": try JSON(encoding: outputs),
        "run": try JSON(encoding: run),
      ]).digest
  }

  /// Throws where a number cannot be what it says: a record may come from anywhere, and its numbers are added up.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    step = try values.decode(Step.self, forKey: .step)
    outputs = try values.decode([String: Output].self, forKey: .outputs)
    run = try values.decode(RunFacts.self, forKey: .run)
    stamp = try values.decode(String.self, forKey: .stamp)
    for (name, output) in outputs {
      guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
        throw DecodingError.dataCorruptedError(
          forKey: .outputs, in: values, debugDescription: "the file \(name) lies outside the artifact")
      }
      guard (0...Record.largestSize).contains(output.size) else {
        throw DecodingError.dataCorruptedError(
          forKey: .outputs, in: values, debugDescription: "\(name) cannot have \(output.size) bytes")
      }
    }
    guard RunFacts.plausibleSeconds.contains(run.seconds),
      RunFacts.plausibleSeconds.contains(run.processorSeconds ?? 0), run.peakMemory >= 0, run.threads >= 0
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .run, in: values, debugDescription: "no step takes such time, memory or threads")
    }
  }

  /// Bytes: an exbibyte, far more than a file system holds.
  private static let largestSize = 1 << 60

  /// The stamp or the identity of a record does not follow from the rest of it.
  struct WrongStamp: Error {}

  /// Reads the JSON of a record.
  ///
  /// The stamp is held against what is written, not against what this build makes of it: a later one may write members
  /// that this one passes over.
  init(parsing bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(Record.self, from: Data(bytes))
    var members = try JSON(parsing: bytes).object ?? [:]
    members["stamp"] = nil
    guard JSON.object(members).digest == stamp, step.isIntact else { throw WrongStamp() }
  }
}

/// Provenance that may differ between two runs with equal results.
public struct RunFacts: Sendable, Codable, Equatable {
  /// On the clock, all parts of an interrupted step together.
  public var seconds: Double
  /// Of all threads on their processors; nil in records of earlier versions.
  public var processorSeconds: Double?
  /// Bytes.
  public var peakMemory: Int
  public var finished: String
  public var host: String
  public var threads: Int
  public var device: String
  /// Library versions, processor, and so on.
  public var environment: [String: String]
  /// What the step warned of, in its order; nil where it had nothing to say. Whoever uses what it left can say it again.
  public var warnings: [String]?

  /// Up to some thirty years.
  static let plausibleSeconds = 0...1e9

  public init(
    seconds: Double, processorSeconds: Double? = nil, peakMemory: Int, finished: String, host: String,
    threads: Int, device: String,
    environment: [String: String], warnings: [String] = []
  ) {
    self.seconds = seconds
    self.processorSeconds = processorSeconds
    self.peakMemory = peakMemory
    self.finished = finished
    self.host = host
    self.threads = threads
    self.device = device
    self.environment = environment
    self.warnings = warnings.isEmpty ? nil : warnings
  }
}
