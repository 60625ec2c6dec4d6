/// A data set of photographs and label maps.
public protocol SceneDataSet: DataSet {
  /// Writes photographs and label maps of a split, `side` x `side`, and the truth, into the folder `target`, where
  /// `ScenePairs` finds them.
  ///
  /// - Parameters:
  ///   - truth: whether the class of each pixel is written too, and at what size.
  ///   - rule: how classes are recovered where label maps are lossy colours.
  /// - Throws: `DatasetError.badScenes`, which names what cannot be used: nothing is left out, since that would change what
  ///   is learned and scored; `.missingFiles`, and `FileError`.
  func saveScenes(
    _ split: DataSplit, at path: String?, side: Int, truth: TruthSize, rule: IdRule, to target: String,
    progress: (Double) -> Void
  ) throws -> SavedSplit
}

extension SceneDataSet {
  /// As the published experiments have them: squares of 128, with the truth as it is.
  public func save(
    _ split: DataSplit, at path: String?, to target: String, progress: (Double) -> Void
  ) throws -> SavedSplit {
    try saveScenes(
      split, at: path, side: 128, truth: .native, rule: .cleaned, to: target, progress: progress)
  }
}
