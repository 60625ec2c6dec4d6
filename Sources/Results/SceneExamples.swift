import Foundation

/// A few test scenes as a row renders them, and what was read of each: of these a picture of all rows is drawn, whichever
/// machine has measured them.
public struct SceneExamples: Sendable, Codable, Equatable {
  public enum Subject: Sendable, Codable, Equatable {
    /// What a row has made.
    case row(String)
    /// What all rows were given; read is the truth.
    case input
    /// What they were to make.
    case truth
  }

  /// Pictures of one size, red, green and blue of a pixel side by side.
  public struct Pictures: Sendable, Codable, Equatable {
    public var count: Int
    public var height: Int
    public var width: Int
    /// `count * height * width * 3` bytes.
    public var bytes: Data

    public init(count: Int, height: Int, width: Int, bytes: Data) {
      (self.count, self.height, self.width, self.bytes) = (count, height, width, bytes)
    }

    static let channels = 3

    /// Whether the bytes are as many as the sizes say, none of which is large.
    var isEven: Bool {
      [count, height, width].allSatisfy { (1...4096).contains($0) }
        && bytes.count == count * height * width * Self.channels
    }

    /// The bytes of one of them.
    public func bytes(of index: Int) -> [UInt8] {
      let size = height * width * Self.channels
      return [UInt8](bytes.dropFirst(index * size).prefix(size))
    }
  }

  public var subject: Subject
  /// What is made of what, such as `labels-to-photos`.
  public var direction: String
  public var made: Pictures
  /// Classes in their colours, black where there is none.
  public var read: Pictures

  public init(subject: Subject, direction: String, made: Pictures, read: Pictures) {
    (self.subject, self.direction, self.made, self.read) = (subject, direction, made, read)
  }
}

extension TableResults {
  public func examples(of subject: SceneExamples.Subject, _ direction: String) -> SceneExamples? {
    examples.first { $0.subject == subject && $0.direction == direction }
  }
}
