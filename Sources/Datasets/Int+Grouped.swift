extension Int {
  /// The number as reports print it: 73,257.
  var grouped: String {
    let digits = Array(String(magnitude))
    return (self < 0 ? "-" : "")
      + String(
        digits.enumerated().flatMap { place, digit in
          place > 0 && (digits.count - place) % 3 == 0 ? [",", digit] : [digit]
        })
  }
}
