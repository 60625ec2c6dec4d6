/// How steps are handed to Slurm.
public struct SlurmSettings: Sendable, Equatable {
  public var partition: String?
  /// Minutes of every job; nil asks for what earlier steps suggest, with room.
  public var minutes: Int?
  /// Further arguments of sbatch, after our own, which they override.
  public var arguments: [String] = []
  /// How long to leave Slurm alone between two questions.
  public var pollInterval = Duration.seconds(10)
  /// How long a command of Slurm's may take before it is killed.
  public var commandLimit = Duration.seconds(20)
  /// How often one step is queued again after a checkpoint at its time limit.
  public var requeues = 20
  /// Polls in a row that must show a job as gone, and its step without a result, before the step counts as crashed:
  /// a result written on another machine may take as long to be seen here.
  public var patience = 4
  /// How often an answer such as "temporarily unable to accept job" is taken before the steps fail.
  public var submissions = 10
  /// Whether steps that wait for others are submitted at once, with dependencies.
  public var submitsAhead = true

  public init() {}

  /// Splits arguments as a shell does: at spaces, outside single and double quotes. Nil where a quote stays open.
  public static func split(_ text: String) -> [String]? {
    var parts: [String] = []
    var part: String?
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil } else { part = (part ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        part = part ?? ""
      } else if character.isWhitespace {
        if let part { parts.append(part) }
        part = nil
      } else {
        part = (part ?? "") + String(character)
      }
    }
    if let part { parts.append(part) }
    return quote == nil ? parts : nil
  }
}
