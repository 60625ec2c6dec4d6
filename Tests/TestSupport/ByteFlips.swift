/// Damage to stored bytes.
public enum ByteFlips {
  /// Calls `body` with a copy for every `step`-th byte, in which one bit of that byte is flipped.
  ///
  /// The bit differs from byte to byte, so that all eight have their turn.
  public static func forEach(
    of bytes: [UInt8], step: Int = 1, _ body: (_ position: Int, _ damaged: [UInt8]) throws -> Void
  ) rethrows {
    precondition(step > 0, "the step between flipped bytes must be positive, not \(step)")
    var damaged = bytes
    for position in stride(from: 0, to: bytes.count, by: step) {
      damaged[position] ^= 1 << UInt8(position % 8)
      try body(position, damaged)
      damaged[position] = bytes[position]
    }
  }
}
