/// Arithmetic for sizes that come from outside, which may be any number.
extension Int {
  /// The sum, or the largest or smallest number where it lies beyond.
  public func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}

extension Sequence<Int> {
  /// The sum, or the largest or smallest number where it lies beyond.
  public var clampedSum: Int { reduce(0) { $0.addingClamped($1) } }

  /// The product of sizes, none of which is negative, or the largest number where it lies beyond.
  public var clampedProduct: Int {
    reduce(1) { product, size in
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      return overflow ? .max : next
    }
  }
}
