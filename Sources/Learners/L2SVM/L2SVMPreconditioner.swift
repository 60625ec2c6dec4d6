import LinearAlgebra

extension PackedSymmetric {
  // swift-format-ignore: AlwaysUseLowerCamelCase
  /// What the diagonal of I + 2 C self gets in place of 1.
  ///
  /// What single precision loses of the largest eigenvalues could make the smallest ones negative, so the diagonal is
  /// lifted by as much. The factor only steers the iteration; the answer does not depend on it.
  func preconditionerLift(C: Double) -> Double {
    let trace = (0..<size).reduce(0.0) { $0 + Double(self[$1, $1]) }
    return 1 + 2 * C * trace * Double(Float.ulpOfOne)
  }
}

extension PackedCholesky {
  // swift-format-ignore: AlwaysUseLowerCamelCase
  /// Of lift I + 2 C gram, see ``PackedSymmetric/preconditionerLift(C:)``.
  init(preconditioner gram: consuming PackedSymmetric, C: Double) throws(LinearAlgebraError) {
    let lift = gram.preconditionerLift(C: C)
    gram.scale(by: Float(2 * C), addingToDiagonal: Float(lift))
    try self.init(gram)
  }
}
