/// Why a model cannot be built from, or applied to, what it was given.
public enum ModelError: Error, Equatable, Sendable {
  /// Images of a size or a number that the model cannot use.
  case images(model: String, found: String, needed: String)
  /// Rows, items or labels that the model cannot use.
  case data(model: String, found: String, needed: String)
  /// Published weights that are missing or do not fit.
  case weights(path: String, reason: String, advice: String)
  /// Features were asked for before the statistics that they need.
  case unprepared(encoder: String)
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .images(let model, let found, let needed), .data(let model, let found, let needed):
      "\(model) cannot use \(found); it needs \(needed)"
    case .weights(let path, let reason, let advice): "\(path): \(reason). \(advice)"
    case .unprepared(let encoder):
      "\(encoder) has no statistics of downstream images yet; prepare it on training images, or restore weights "
        + "that were saved after that"
    }
  }
}
