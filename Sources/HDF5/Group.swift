import CHDF5
import Files

/// A folder inside an HDF5 file.
///
/// A value that names the group: it is opened for each operation, so that nothing has to be closed. Paths are relative
/// to the group, or absolute when they start with `/`. All methods throw `HDF5Error`.
public struct Group {
  let file: HDF5File
  /// The path from the root: `/` or `/a/b`.
  public let path: String

  /// The attributes of the group.
  public var attributes: Attributes { Attributes(file: file, owner: path) }

  /// Creates a group, and the groups on the way to it.
  @discardableResult
  public func createGroup(_ name: String) throws(HDF5Error) -> Group {
    let path = absolute(name)
    try file.perform("create group", path) { (id, attempt) throws(HDF5Error) in
      try ObjectProperties.with(.group, attempt) { (creation) throws(HDF5Error) in
        try withLinkProperties(attempt) { (link) throws(HDF5Error) in
          let group = H5Gcreate2(id, path, link, creation, CHDF5_H5P_DEFAULT())
          try withHandle(group, .group, attempt) { _ in }
        }
      }
    }
    return Group(file: file, path: path)
  }

  /// An existing group.
  public func group(_ name: String) throws(HDF5Error) -> Group {
    let path = absolute(name)
    try file.perform("open group", path) { (id, attempt) throws(HDF5Error) in
      let kind = try Self.kind(of: path, in: id, attempt)
      guard kind == .group else { throw attempt.error("it is a \(kind)", advice: "Name a group.") }
    }
    return Group(file: file, path: path)
  }

  /// An existing dataset.
  public func dataset(_ name: String) throws(HDF5Error) -> Dataset {
    let path = absolute(name)
    return try file.perform("open dataset", path) { (id, attempt) throws(HDF5Error) in
      let kind = try Self.kind(of: path, in: id, attempt)
      guard kind == .dataset else { throw attempt.error("it is a \(kind)", advice: "Name a dataset.") }
      return try Dataset(opening: path, in: file, id, attempt)
    }
  }

  /// Whether there is an object under this name.
  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    let path = absolute(name)
    return try file.perform("look for", path) { (id, attempt) throws(HDF5Error) in
      try Self.exists(path, in: id, attempt)
    }
  }

  func absolute(_ name: String) -> String {
    precondition(!name.isEmpty, "an object of an HDF5 file needs a name")
    return Paths.join(path, name)
  }
}

/// What a name in a group stands for.
public enum ObjectKind: String, Hashable, Sendable, CustomStringConvertible {
  case group, dataset, type

  public var description: String { rawValue }
}

extension Group {
  /// The names in the group with what they stand for, sorted by their bytes.
  ///
  /// - Parameter followingNothing: leaves out links to other names and files, which are errors otherwise.
  public func children(followingNothing: Bool = false) throws(HDF5Error) -> [(name: String, kind: ObjectKind)]
  {
    try file.perform("list", path) { (id, attempt) throws(HDF5Error) in
      try withHandle(H5Gopen2(id, path, CHDF5_H5P_DEFAULT()), .group, attempt) { (group) throws(HDF5Error) in
        var information = H5G_info_t()
        try attempt.check(H5Gget_info(group, &information))
        var children: [(name: String, kind: ObjectKind)] = []
        for index in 0..<information.nlinks {
          let name = try Self.name(at: index, in: group, attempt)
          let child = Paths.join(path, name)
          if followingNothing, !Self.isHardLink(child, in: id) { continue }
          children.append((name, try Self.kind(of: child, in: id, attempt)))
        }
        return children
      }
    }
  }

  /// Opens every object below, which fails where the file is incomplete.
  func visitAll() throws(HDF5Error) {
    for (name, kind) in try children() {
      switch kind {
      case .group: try group(name).visitAll()
      case .dataset: _ = try dataset(name)
      case .type: break
      }
    }
  }

  private static func name(at index: hsize_t, in group: hid_t, _ attempt: Attempt) throws(HDF5Error) -> String
  {
    let length = try attempt.check(
      H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, CHDF5_H5P_DEFAULT()))
    var name = [CChar](repeating: 0, count: length + 1)
    try attempt.check(
      H5Lget_name_by_idx(
        group, ".", H5_INDEX_NAME, H5_ITER_INC, index, &name, length + 1, CHDF5_H5P_DEFAULT()))
    return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The library calls every step of a path that is missing an error, so the steps are asked for one by one.
  ///
  /// A link into another file, or to another name, is refused before it is followed: what it leads to is not a part of
  /// the file, is not covered by its seal, and may be a pipe that nobody writes to.
  private static func exists(_ path: String, in file: hid_t, _ attempt: Attempt) throws(HDF5Error) -> Bool {
    var prefix = ""
    for step in path.split(separator: "/") {
      prefix += "/" + step
      guard try attempt.check(H5Lexists(file, prefix, CHDF5_H5P_DEFAULT())) > 0 else { return false }
      guard isHardLink(prefix, in: file) else {
        throw attempt.error(
          "\(prefix) is a link to another file or to another name, which is not followed",
          advice: "Copy what it leads to into the file itself.")
      }
      guard try attempt.check(H5Oexists_by_name(file, prefix, CHDF5_H5P_DEFAULT())) > 0
      else { return false }
    }
    return true
  }

  private static func isHardLink(_ path: String, in file: hid_t) -> Bool {
    CHDF5_link_type(file, path) == Int32(H5L_TYPE_HARD.rawValue)
  }

  private static func kind(of path: String, in file: hid_t, _ attempt: Attempt) throws(HDF5Error)
    -> ObjectKind
  {
    guard try exists(path, in: file, attempt) else {
      throw attempt.error(
        "there is no such object", advice: "List the file with h5ls -r to see what it holds.")
    }
    return try withHandle(H5Oopen(file, path, CHDF5_H5P_DEFAULT()), .group, attempt) { (object) in
      switch H5Iget_type(object) {
      case H5I_GROUP: .group
      case H5I_DATASET: .dataset
      default: .type
      }
    }
  }
}
