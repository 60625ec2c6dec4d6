/// Holm's step-down correction for several tests (Holm 1979): all of them together are wrong no more often than `level`.
public enum Holm {
  /// Which of the hypotheses fall, in the order given.
  public static func rejects(_ pValues: [Double], level: Double) -> [Bool] {
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var rejects = [Bool](repeating: false, count: pValues.count)
    for (rank, index) in order.enumerated() {
      guard min(1, pValues[index] * Double(pValues.count - rank)) < level else { break }
      rejects[index] = true
    }
    return rejects
  }
}
