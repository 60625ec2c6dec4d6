import ArgumentParser
import Foundation
import LinearAlgebra

/// Rows x features from the file, which a peer reads too; when there is none, what `make` gives, which is then written.
///
/// - Throws: `ValidationError` for a file of another size, in which other rows would be measured than the peer's.
func loadRows(
  at path: String, rows: Int, features: Int, make: () throws -> Matrix<Float>
) throws -> Matrix<Float> {
  let location = URL(fileURLWithPath: path)
  guard let bytes = try? Data(contentsOf: location) else {
    let data = try make()
    try data.withUnsafeElements { try Data(buffer: $0).write(to: location) }
    return data
  }
  guard bytes.count == 4 * rows * features else {
    throw ValidationError(
      "\(path) has \(bytes.count) bytes and not the \(4 * rows * features) of \(rows) x \(features) "
        + "single-precision numbers; name another file with --samples, or remove it to have it written anew")
  }
  let elements = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  return Matrix(rows: rows, columns: features, elements: elements)
}
