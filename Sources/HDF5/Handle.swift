import CHDF5

/// One identifier of the library, closed exactly once: by `close`, which reports errors, or else by `deinit`.
final class Handle {
  enum Kind { case file, group, dataset, attribute, type, space, properties }

  private(set) var id: hid_t
  private let kind: Kind

  /// Takes over an identifier that the library has just returned; throws when that call had failed.
  init(_ id: hid_t, _ kind: Kind, _ attempt: Attempt) throws(HDF5Error) {
    self.id = try attempt.check(id)
    self.kind = kind
  }

  deinit {
    guard id >= 0 else { return }
    Library.performQuietly { _ = release() }
  }

  /// Closes the identifier. It counts as closed afterwards even where the library reports an error.
  func close(_ attempt: Attempt) throws(HDF5Error) {
    guard id >= 0 else { return }
    let result = release()
    try attempt.check(result)
  }

  private func release() -> herr_t {
    defer { id = -1 }
    return switch kind {
    case .file: H5Fclose(id)
    case .group: H5Oclose(id)
    case .dataset: H5Dclose(id)
    case .attribute: H5Aclose(id)
    case .type: H5Tclose(id)
    case .space: H5Sclose(id)
    case .properties: H5Pclose(id)
    }
  }
}

/// Lets `body` work on an identifier and closes it, with its error where `body` had none.
func withHandle<Value>(
  _ id: hid_t, _ kind: Handle.Kind, _ attempt: Attempt, _ body: (hid_t) throws(HDF5Error) -> Value
) throws(HDF5Error) -> Value {
  let handle = try Handle(id, kind, attempt)
  let value = try body(handle.id)
  try handle.close(attempt)
  return value
}
