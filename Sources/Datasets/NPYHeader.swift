/// The header of a NumPy .npy array (NEP 1): what its bytes mean.
public struct NPYHeader: Hashable, Sendable {
  public let element: NumberType
  public let isBigEndian: Bool
  /// Sizes of the axes; empty for a scalar.
  public let shape: [Int]
  /// Whether the first axis is the fastest; the last one is otherwise (C order).
  public let isFortranOrder: Bool
  /// Bytes before the first element.
  public let byteCount: Int

  /// The number of elements. The parser has made sure that it and its byte count fit an `Int`.
  public var count: Int { shape.reduce(1, *) }
  public var dataByteCount: Int { count * element.byteCount }
}

extension NPYHeader {
  /// Why a header is refused, before the file and the array are known.
  enum Problem: Error {
    case malformed(String)
    case unsupported(String)
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// NumPy's own limit is 10,000 characters; nothing that can be read here comes near it.
  private static let maximumTextByteCount = 10_000

  /// Reads a header from `read(count)`, which delivers exactly `count` further bytes or throws.
  ///
  /// - Parameter takesFortranOrder: whether the caller can put elements into C order; such an array is refused otherwise.
  init(takesFortranOrder: Bool = false, read: (Int) throws -> [UInt8]) throws {
    let start = try read(8)
    guard start.starts(with: NPYHeader.magic) else {
      throw Problem.malformed("it does not start with \\x93NUMPY")
    }
    let lengthByteCount: Int
    switch (start[6], start[7]) {
    case (1, 0): lengthByteCount = 2
    case (2, 0), (3, 0): lengthByteCount = 4
    case (let major, let minor):
      throw Problem.unsupported("version \(major).\(minor) of the .npy format is not known")
    }
    let length = try read(lengthByteCount).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= NPYHeader.maximumTextByteCount else {
      throw Problem.malformed(
        "its text claims \(length) bytes, the limit is \(NPYHeader.maximumTextByteCount)")
    }
    var fields = NPYFields(text: try read(length))
    let values = try fields.parse()
    // One axis is in both orders.
    isFortranOrder = values.fortranOrder && values.shape.count > 1
    guard !isFortranOrder || takesFortranOrder else {
      throw Problem.unsupported("it is in Fortran order; save numpy.ascontiguousarray(array)")
    }
    (element, isBigEndian) = try NPYHeader.element(values.type)
    shape = values.shape
    byteCount = 8 + lengthByteCount + length
    try checkSize()
  }

  private static func element(_ type: String) throws -> (NumberType, isBigEndian: Bool) {
    guard !type.hasPrefix("|O") else {
      throw Problem.unsupported("it holds pickled Python objects, which are never loaded")
    }
    guard let order = type.first, "<>|=".contains(order),
      let element = NumberType(code: String(type.dropFirst()))
    else {
      let known = NumberType.allCases.compactMap(\.code).joined(separator: ", ")
      throw Problem.unsupported("its type is \"\(type)\"; the types that can be read are \(known)")
    }
    return (element, order == ">" && element.byteCount > 1)
  }

  private func checkSize() throws {
    var bytes = element.byteCount
    // Axes of size 0 are multiplied last, so that they cannot hide an overflow.
    for size in shape.sorted(by: >) {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard !overflow else { throw Problem.malformed("the shape \(shape) has too many elements") }
      bytes = product
    }
  }
}
