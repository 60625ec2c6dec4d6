import Files

/// What the rules of a representation are told of the rest of the table, beside the row's own values. It is known only where
/// a whole manifest is read: a rule has to let values pass that come without.
///
/// The names have a point in them, as no field has.
public enum TableFact {
  /// How often the row is repeated.
  public static let repeats = "row.repeats"
  /// The kinds of what answers for the row, one for each of its columns; left out where a column has none.
  public static let classifiers = "row.classifiers"

  /// A value of the data set.
  public static func dataset(_ field: String) -> String { "dataset.\(field)" }

  /// A row's own values among those that a rule is given.
  public static func without(_ values: [String: JSON]) -> [String: JSON] {
    values.filter { !$0.key.contains(".") }
  }
}
