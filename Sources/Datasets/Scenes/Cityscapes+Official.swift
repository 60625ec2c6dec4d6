import Files

extension Cityscapes {
  /// The scenes of the official tree. A scene is called by its path: "zurich/zurich_000000_000019", or
  /// "germany/zurich/zurich_000000_000019" where cities have been sorted into folders.
  func official(_ split: Split) throws -> SceneListing {
    let (photoFolder, labelFolder) = ("leftImg8bit/\(split.folder)", "gtFine/\(split.folder)")
    let (photoTree, labelTree) = (try tree(photoFolder), try tree(labelFolder))
    let photos = OfficialKind("_leftImg8bit.png", of: photoTree.files, in: photoFolder)
    let ids = OfficialKind("_gtFine_labelIds.png", of: labelTree.files, in: labelFolder)
    let colours = OfficialKind("_gtFine_color.png", of: labelTree.files, in: labelFolder)
    var listing = SceneListing()
    listing.problems = photoTree.problems + labelTree.problems
    // Images of other programs are found by the last part of a path, so no two photographs may share it.
    listing.problems += photos.doubles(by: Paths.name(of:))
    for kind in [ids, colours] { listing.problems += kind.doubles { $0 } }
    for scene in photos.scenes {
      let lacking = [ids, colours].filter { !$0.has(scene) }
      listing.problems += lacking.map { "\(photos.printable(scene)) has no partner \($0.printable(scene))" }
      guard lacking.isEmpty else { continue }
      listing.scenes.append(
        SceneFiles(
          name: Paths.name(of: scene), photo: photos.path(scene), labels: colours.path(scene),
          ids: ids.path(scene)))
    }
    // One sentence for each photograph that is missing, whichever maps are there.
    var named: Set<String> = []
    for kind in [ids, colours] {
      for scene in kind.scenes where !photos.has(scene) && named.insert(scene).inserted {
        listing.problems.append("\(kind.printable(scene)) has no partner \(photos.printable(scene))")
      }
    }
    return listing
  }

  /// The files of a folder and of all folders in it, as paths below it, sorted by their bytes; none where it is missing.
  /// Hidden ones are left out. `problems` names links that lead nowhere and may have been folders.
  private func tree(_ folder: String) throws -> (files: [String], problems: [String]) {
    let path = Paths.join(path, folder)
    guard try POSIXFileSystem().statusIfPresent(of: path)?.kind == .directory else { return ([], []) }
    let walk = try FileTree.walk(path)
    let odd = walk.odd.map { odd in
      (name: String(Substring(odd.path.utf8.dropFirst(path.utf8.count + 1))), reason: odd.reason)
    }
    // A name with an ending is a file's: of the set's, the reader says that it cannot be read, and others do not matter.
    let (broken, folders) = (
      odd.filter { Paths.name(of: $0.name).contains(".") },
      odd.filter { !Paths.name(of: $0.name).contains(".") && !Self.isHidden($0.name) }
    )
    let files = (walk.files + broken.map { $0.name }).filter { !Self.isHidden($0) }
    return (
      files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
      folders.map { "\(FileNames.printable("\(folder)/\($0.name)")) cannot be read (\($0.reason))" }.sorted()
    )
  }

  private static func isHidden(_ path: String) -> Bool {
    path.split(separator: "/").contains { $0.hasPrefix(".") }
  }
}

/// The files of one kind in the official tree.
private struct OfficialKind {
  /// Below the set's folder.
  let folder: String
  /// What names end in; the letters may be capitals in the files.
  let ending: String
  /// In the order of the files.
  private(set) var scenes: [String] = []
  private var files: [String: [String]] = [:]

  init(_ ending: String, of names: [String], in folder: String) {
    (self.ending, self.folder) = (ending, folder)
    for name in names {
      let scene = String(name.dropLast(ending.count))
      guard name.dropFirst(scene.count).lowercased() == ending.lowercased() else { continue }
      if files[scene] == nil { scenes.append(scene) }
      files[scene, default: []].append(name)
    }
  }

  func has(_ scene: String) -> Bool { files[scene] != nil }

  /// The path of a scene's file below the set's folder, or the one that it should have.
  func path(_ scene: String) -> String { "\(folder)/\(files[scene]?.first ?? scene + ending)" }

  func printable(_ scene: String) -> String { FileNames.printable(path(scene)) }

  /// Files of one scene, where `name` tells scenes apart.
  func doubles(by name: (_ scene: String) -> String) -> [String] {
    Cityscapes.doubles(scenes.flatMap { files[$0] ?? [] }, in: folder) {
      name(String($0.dropLast(ending.count)))
    }
  }
}
