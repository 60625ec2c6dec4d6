import CHDF5

/// What the elements of a dataset or an attribute are.
public enum ElementType: Hashable, Sendable {
  case float, double
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  /// The enumeration {FALSE = 0, TRUE = 1} over 8-bit integers, which h5py reads and writes as `bool`.
  case bool
  /// UTF-8 or ASCII text, of variable or fixed length.
  case string
  /// A type that this module does not read, in words.
  case other(String)
}

extension ElementType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .float: "float32"
    case .double: "float64"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .uint8: "uint8"
    case .uint16: "uint16"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .bool: "bool"
    case .string: "string"
    case .other(let name): name
    }
  }
}

/// A number that a dataset can hold, stored as the little-endian type of the same size.
///
/// The conformances of this module are complete; there is nothing to gain from another one.
public protocol NumericElement: BitwiseCopyable, Sendable, Equatable {
  static var elementType: ElementType { get }
  init()
}

extension Float: NumericElement { public static var elementType: ElementType { .float } }
extension Double: NumericElement { public static var elementType: ElementType { .double } }
extension Int8: NumericElement { public static var elementType: ElementType { .int8 } }
extension Int16: NumericElement { public static var elementType: ElementType { .int16 } }
extension Int32: NumericElement { public static var elementType: ElementType { .int32 } }
extension Int64: NumericElement { public static var elementType: ElementType { .int64 } }
extension Int: NumericElement { public static var elementType: ElementType { .int64 } }
extension UInt8: NumericElement { public static var elementType: ElementType { .uint8 } }
extension UInt16: NumericElement { public static var elementType: ElementType { .uint16 } }
extension UInt32: NumericElement { public static var elementType: ElementType { .uint32 } }
extension UInt64: NumericElement { public static var elementType: ElementType { .uint64 } }

extension ElementType {
  /// Identifiers of the library for the type in memory and in the file, which the library owns.
  var numericIdentifiers: (memory: hid_t, file: hid_t)? {
    switch self {
    case .float: (CHDF5_H5T_NATIVE_FLOAT(), CHDF5_H5T_IEEE_F32LE())
    case .double: (CHDF5_H5T_NATIVE_DOUBLE(), CHDF5_H5T_IEEE_F64LE())
    case .int8: (CHDF5_H5T_NATIVE_INT8(), CHDF5_H5T_STD_I8LE())
    case .int16: (CHDF5_H5T_NATIVE_INT16(), CHDF5_H5T_STD_I16LE())
    case .int32: (CHDF5_H5T_NATIVE_INT32(), CHDF5_H5T_STD_I32LE())
    case .int64: (CHDF5_H5T_NATIVE_INT64(), CHDF5_H5T_STD_I64LE())
    case .uint8: (CHDF5_H5T_NATIVE_UINT8(), CHDF5_H5T_STD_U8LE())
    case .uint16: (CHDF5_H5T_NATIVE_UINT16(), CHDF5_H5T_STD_U16LE())
    case .uint32: (CHDF5_H5T_NATIVE_UINT32(), CHDF5_H5T_STD_U32LE())
    case .uint64: (CHDF5_H5T_NATIVE_UINT64(), CHDF5_H5T_STD_U64LE())
    case .bool, .string, .other: nil
    }
  }

  /// The type that an identifier stands for; byte orders are not told apart, the library converts them.
  init(of type: hid_t) {
    let size = H5Tget_size(type)
    switch H5Tget_class(type) {
    case H5T_FLOAT where size == 4: self = .float
    case H5T_FLOAT where size == 8: self = .double
    case H5T_FLOAT: self = .other("float\(size * 8)")
    case H5T_INTEGER: self = Self.integer(size: size, isSigned: H5Tget_sign(type) == H5T_SGN_2)
    case H5T_STRING: self = .string
    case H5T_ENUM: self = BoolType.matches(type) ? .bool : .other("an enumeration")
    case H5T_COMPOUND: self = .other("a compound type")
    case H5T_ARRAY: self = .other("an array type")
    case H5T_VLEN: self = .other("a sequence of variable length")
    case H5T_REFERENCE: self = .other("a reference")
    default: self = .other("a type this program does not know")
    }
  }

  private static func integer(size: Int, isSigned: Bool) -> ElementType {
    switch size {
    case 1: isSigned ? .int8 : .uint8
    case 2: isSigned ? .int16 : .uint16
    case 4: isSigned ? .int32 : .uint32
    case 8: isSigned ? .int64 : .uint64
    default: .other("an integer of \(size) bytes")
    }
  }
}

/// The enumeration that stands for truth values, as h5py writes it.
enum BoolType {
  /// Creates the type; the caller closes it.
  static func create(_ attempt: Attempt) throws(HDF5Error) -> hid_t {
    let type = try Handle(H5Tenum_create(CHDF5_H5T_STD_I8LE()), .type, attempt)
    for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
      var value = value
      try attempt.check(H5Tenum_insert(type.id, name, &value))
    }
    // A copy outlives the handle, which cleans up where an insertion fails.
    return try attempt.check(H5Tcopy(type.id))
  }

  static func matches(_ type: hid_t) -> Bool {
    guard H5Tget_size(type) == 1, H5Tget_nmembers(type) == 2 else { return false }
    return [("FALSE", Int8(0)), ("TRUE", Int8(1))].allSatisfy { name, expected in
      var value: Int8 = -1
      return H5Tenum_valueof(type, name, &value) >= 0 && value == expected
    }
  }
}
