/// A row with `extends`, `set` and `matrix` worked out, before a profile is chosen.
struct RowPlan {
  var id: String
  var extends: String?
  /// The label's node; placeholders of a matrix row are filled in.
  var label: Node?
  var body: RowBody
  /// The row as written: `group` and `published` belong to it alone.
  var members: Members
  /// False where the row extends something that does not exist: what it lacks has been reported already.
  var isComplete = true
}

/// What a row hands on to the rows that extend it.
struct RowBody {
  var representation: Node?
  var classifier: Node?
  var split: Node?
  var draws: Node?
  var repeats: Node?
  /// Each is a text, a text per profile, or a list of such texts.
  var deviations: [Node] = []
  /// As `deviations`.
  var choices: [Node] = []
  var search: WrittenSearch?
}

/// A search as a row states it.
struct WrittenSearch {
  var node: Node
  /// The id of the row that states it, before a matrix adds to it.
  let stream: String
  /// The place of the key.
  let mark: Mark

  /// Whether any path of `over` leads into the classifier.
  var isOverClassifier: Bool {
    node["over"]?.entries?.contains { $0.key.hasPrefix("\(Search.Part.classifier.rawValue).") } ?? false
  }
}
