import Randomness

/// One of the two parts of a training split of which images are held out for choices.
struct HeldOut: Equatable {
  /// The name of the part: that of the split itself for what stays.
  let split: String
  /// How many images a manifest asks to hold out.
  let asked: Int
  let seed: UInt64

  /// A copy with fewer images than were published holds out as many in proportion, but not fewer than this.
  private static let fewest = 1000

  /// How many of a copy's images are held out.
  ///
  /// - Parameter published: images of the published split.
  static func count(_ asked: Int, of images: Int, published: Int?) throws -> Int {
    let (share, overflow) = asked.multipliedReportingOverflow(by: images)
    let isPartial = published.map { images < $0 } ?? false
    let count =
      isPartial && !overflow ? max(min(asked, fewest), share / (published ?? images)) : asked
    guard count < images else {
      throw StepsError(
        .failed,
        "\(count) of \(images) training images cannot be held out, because none would be left to learn from; lower "
          + "`validation-images`")
    }
    return count
  }

  /// The images of either part, ascending.
  static func draw(_ count: Int, of images: Int, seed: UInt64) -> (kept: [Int], heldOut: [Int]) {
    var stream = RandomStream(seed: seed)
    let heldOut = stream.sample(count, of: images).sorted()
    let isHeldOut = heldOut.reduce(into: [Bool](repeating: false, count: images)) { $0[$1] = true }
    return ((0..<images).filter { !isHeldOut[$0] }, heldOut)
  }
}
