/// What to offer where a name is not known.
enum Suggestions {
  /// "did you mean `label`?", or the list of what is known where nothing is near.
  static func instead(of word: String, among known: [String], listing noun: String) -> String? {
    if let near = nearest(to: word, among: known) { return "did you mean `\(near)`?" }
    return known.isEmpty ? nil : "\(noun): \(listed(known))"
  }

  /// The known name with the fewest edits from `word`, if that is at most a third of its length and leaves something
  /// of it: `x` is no likely meaning of `z`.
  static func nearest(to word: String, among known: [String]) -> String? {
    let limit = max(1, word.count / 3)
    let scored = known.filter { abs($0.count - word.count) <= limit }.map { (distance(word, $0), $0) }
    guard let best = scored.min(by: { $0.0 < $1.0 }), best.0 <= limit, best.0 < word.count else { return nil }
    return best.1
  }

  /// "a, b, c": at most twenty names.
  static func listed(_ names: [String]) -> String {
    names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", … (\(names.count) in all)" : "")
  }

  /// The number of insertions, deletions, replacements and swaps of neighbours that turn one word into the other
  /// (optimal string alignment).
  static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.lowercased())
    let b = Array(right.lowercased())
    var twoBack: [Int] = []
    var previous = Array(0...b.count)
    for i in 0..<a.count {
      var current = [i + 1]
      for j in 0..<b.count {
        var best = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, twoBack[j - 1] + 1) }
        current.append(best)
      }
      twoBack = previous
      previous = current
    }
    return previous[b.count]
  }
}
