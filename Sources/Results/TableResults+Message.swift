import Foundation

/// Results as one process tells them to another: what a process that opens somebody's HDF5 file hands over once it has read
/// all of it. Plain JSON; no reader of it depends on the HDF5 library.
extension TableResults {
  public func message() throws -> Data {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(self)
  }

  /// Throws `DecodingError` where the bytes are no such message.
  public init(message: Data) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self = try decoder.decode(TableResults.self, from: message)
  }
}
