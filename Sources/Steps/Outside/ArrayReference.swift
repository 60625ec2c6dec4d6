import Files
import Manifest

/// An array in a file, as manifests and the command line name it: `features.npy`, `features.npz:train`,
/// `features.h5:/train`, `features.safetensors:train`.
struct ArrayReference: Equatable {
  enum Format: Equatable {
    case npy, npz, hdf5, safetensors

    fileprivate static let endings: [(String, Format)] = [
      (".npy", npy), (".npz", npz), (".h5", hdf5), (".hdf5", hdf5), (".safetensors", safetensors),
    ]
  }

  /// The file.
  let path: String
  /// The array in it; empty for the only one.
  let member: String
  let format: Format

  /// Nil where a text names no file of a known ending.
  init?(_ text: String) {
    // A name may have colons of its own: the first one behind an ending counts.
    let ends = text.indices.filter { text[$0] == ":" } + [text.endIndex]
    for end in ends {
      guard let format = Self.format(of: text[..<end]) else { continue }
      path = String(text[..<end])
      member = end < text.endIndex ? String(text[text.index(after: end)...]) : ""
      self.format = format
      return
    }
    return nil
  }

  private static func format(of path: Substring) -> Format? {
    let name = path.lowercased()
    return Format.endings.first { name.hasSuffix($0.0) && name.utf8.count > $0.0.utf8.count }?.1
  }

  /// The same of one repeat: `{repeat}` in the name of the file stands for its number, from 1.
  func of(repetition: Int) -> ArrayReference {
    ArrayReference(path: path.of(repetition: repetition), member: member, format: format)
  }

  private init(path: String, member: String, format: Format) {
    (self.path, self.member, self.format) = (path, member, format)
  }

  static let repeatMark = "{repeat}"

  /// Why a text names no array; nil where it does.
  static func problem(with text: String) -> String? {
    guard let reference = ArrayReference(text) else {
      let pickles = [".pt", ".pth", ".pkl", ".pickle", ".joblib"]
      return "must name an array in a .npy, .npz, .h5, .hdf5 or .safetensors file, but is `\(text)`"
        + (pickles.contains { text.lowercased().hasSuffix($0) }
          ? ", which holds pickled objects; these are never loaded, because they can be any program" : "")
    }
    guard reference.format == .npy, !reference.member.isEmpty else { return nil }
    return "names `\(reference.member)` in a .npy file, which holds one array without a name: `\(text)`"
  }
}

extension String {
  /// The name of a file or folder for one repeat: `{repeat}` stands for its number, from 1.
  func of(repetition: Int) -> String {
    replacing(ArrayReference.repeatMark, with: String(repetition + 1))
  }
}

extension Kind.Rule {
  /// A text that names an array, or is empty where that is allowed.
  static func arrayRule(_ field: String, mayBeEmpty: Bool = false) -> Kind.Rule {
    Kind.Rule(field) { values in
      guard let text = values[field]?.string, !(mayBeEmpty && text.isEmpty) else { return nil }
      return ArrayReference.problem(with: text).map { "`\(field)` \($0)" }
    }
  }
}
