import Files

extension Cityscapes {
  /// The scenes of a split in the order of their names: as numbers where they are numbers.
  ///
  /// Throws `DatasetError.missingFiles` where there is none, and `FileError`.
  func listing(_ split: Split) throws -> SceneListing {
    let (listing, pattern) =
      switch layout {
      case .official: (try official(split), "leftImg8bit/\(split.folder)/*/*_leftImg8bit.png")
      case .pix2pix: (try sideBySide(split), "\(pairFolder(split))/*.jpg")
      case .cycleGAN: (try apart(split), "\(split.side)A/*.jpg and \(split.side)B/*.jpg")
      }
    guard !listing.scenes.isEmpty || !listing.problems.isEmpty else {
      throw DatasetError.missingFiles(dataset: Self.name, path: path, missing: [pattern])
    }
    return listing
  }

  private func sideBySide(_ split: Split) throws -> SceneListing {
    let folder = pairFolder(split)
    let names = try pictures(in: folder)
    var listing = SceneListing()
    listing.problems = Self.doubles(names, in: folder, by: Self.stem)
    listing.scenes = names.map { name in
      let file = "\(folder)/\(name)"
      return SceneFiles(name: Self.stem(name), photo: file, labels: file)
    }
    return listing
  }

  /// Side A as photographs, B as label maps.
  private func apart(_ split: Split) throws -> SceneListing {
    let (first, second) = ("\(split.side)A", "\(split.side)B")
    let (a, b) = (try pictures(in: first), try pictures(in: second))
    var listing = SceneListing()
    listing.problems =
      Self.doubles(a, in: first, by: Self.scene) + Self.doubles(b, in: second, by: Self.scene)
    let partners = Dictionary(b.map { (Self.scene($0), $0) }, uniquingKeysWith: { first, _ in first })
    let shared = a.filter { partners[Self.scene($0)] != nil }
    if shared.isEmpty, split == .train, !a.isEmpty, !b.isEmpty {
      listing.arePaired = false
      listing.scenes =
        a.map { SceneFiles(name: Self.scene($0), photo: "\(first)/\($0)") }
        + b.map { SceneFiles(name: Self.scene($0), labels: "\(second)/\($0)") }
      return listing
    }
    listing.scenes = shared.map { name in
      SceneFiles(
        name: Self.scene(name), photo: "\(first)/\(name)", labels: "\(second)/\(partners[Self.scene(name)]!)"
      )
    }
    let (inA, inB) = (Set(a.map(Self.scene)), Set(partners.keys))
    for (names, folder, others, other) in [(a, first, inB, second), (b, second, inA, first)] {
      listing.problems += names.filter { !others.contains(Self.scene($0)) }.map {
        "\(folder)/\(FileNames.printable($0)) has no partner in \(other)"
      }
    }
    return listing
  }
}

extension Cityscapes {
  private func pictures(in folder: String) throws -> [String] {
    let system = POSIXFileSystem()
    let path = Paths.join(path, folder)
    guard try system.statusIfPresent(of: path)?.kind == .directory else { return [] }
    return try system.names(in: path).filter(ImageFile.hasName).sorted(by: Self.precedes)
  }

  /// Files of one folder that are of one scene, a sentence for each scene.
  static func doubles(_ names: [String], in folder: String, by scene: (String) -> String) -> [String] {
    Dictionary(grouping: names, by: scene).values.filter { $0.count > 1 }.map { files in
      "\(folder) has \(files.map(FileNames.printable).joined(separator: " and ")) for one scene"
    }.sorted()
  }

  /// The name without its ending.
  private static func stem(_ name: String) -> String {
    name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }

  /// The stem without the side at its end: "17" of 17_A.jpg, as the script of CycleGAN's authors calls its files.
  ///
  /// Folders that have been exchanged keep the names in them, so either letter may be in either folder.
  private static func scene(_ name: String) -> String {
    let stem = stem(name)
    return stem.hasSuffix("_A") || stem.hasSuffix("_B") ? String(stem.dropLast(2)) : stem
  }

  /// Numbers come first, in their order, with a side behind them or not; then names by their bytes.
  static func precedes(_ left: String, _ right: String) -> Bool {
    func digits(_ name: String) -> Substring? {
      let scene = scene(name)
      guard !scene.isEmpty, scene.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
      return scene.drop { $0 == "0" }
    }
    switch (digits(left), digits(right)) {
    case (let left?, let right?) where left != right:
      return left.utf8.count == right.utf8.count
        ? left.utf8.lexicographicallyPrecedes(right.utf8) : left.utf8.count < right.utf8.count
    case (.some, nil): return true
    case (nil, .some): return false
    default: return left.utf8.lexicographicallyPrecedes(right.utf8)
    }
  }
}
