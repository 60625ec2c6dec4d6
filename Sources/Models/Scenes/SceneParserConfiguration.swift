/// The free choices of a network that tells the class of every pixel of a photograph.
public struct SceneParserConfiguration: Codable, Sendable, Hashable {
  /// Classes, numbered from 0.
  public var classes: Int
  /// The side of the photographs, that which generators emit.
  public var side: Int
  /// The side to which they are enlarged before they are read, and that of what is read off.
  public var readSide: Int
  /// Channels of the first of five stages; the others have 2, 4, 8 and 8 times as many.
  public var width: Int
  public var batch: Int
  /// The first learning rate; it falls to 0 as half a cosine.
  public var learningRate: Double
  /// Decoupled: parameters shrink by this times the learning rate in every update.
  public var weightDecay: Double
  /// Updates of a whole training.
  public var updates: Int
  /// Training images are enlarged by up to this factor, and cropped.
  public var zoom: Double

  public init(
    classes: Int = 19, side: Int, readSide: Int, width: Int = 16, batch: Int = 16,
    learningRate: Double = 2e-3,
    weightDecay: Double = 1e-2, updates: Int, zoom: Double = 1.3
  ) {
    self.classes = classes
    self.side = side
    self.readSide = readSide
    self.width = width
    self.batch = batch
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.updates = updates
    self.zoom = zoom
  }

  /// Throws `ModelError.data` for choices that make no network.
  func check() throws {
    func refuse(_ found: String, _ needed: String) -> ModelError {
      .data(model: SceneParser.name, found: found, needed: needed)
    }
    guard (1...255).contains(classes) else { throw refuse("\(classes) classes", "1 to 255") }
    guard (1...8192).contains(side), (16...8192).contains(readSide), readSide % 16 == 0 else {
      throw refuse(
        "photographs of side \(side), read at \(readSide)", "a side from 1 on, read at a multiple of 16")
    }
    guard (1...1024).contains(width) else { throw refuse("\(width) channels", "1 to 1024") }
    guard (1...4).contains(zoom) else { throw refuse("a zoom by \(zoom)", "a factor from 1 to 4") }
    try Schedule.check(batch: batch, updates: updates, model: SceneParser.name)
  }
}
