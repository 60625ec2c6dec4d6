/// A NumPy array read into memory.
public struct NPYArray: Sendable {
  public let header: NPYHeader
  /// The elements as they stand in the file, C order.
  public let bytes: [UInt8]

  public var shape: [Int] { header.shape }
  public var count: Int { header.count }

  /// The elements as double precision; 64-bit integers beyond 2^53 are rounded.
  public var doubles: [Double] {
    bytes.withUnsafeBytes { header.element.doubles($0, isBigEndian: header.isBigEndian) }
  }
}
