import Files

extension Cityscapes {
  /// The scenes of a split in the order of their names: as numbers where they are numbers.
  ///
  /// Throws `DatasetError.missingFiles` where there is none, and `FileError`.
  func listing(_ split: Split) throws -> SceneListing {
    let (listing, pattern) =
      switch layout {
      case .official: (try official(split), "leftImg8bit/\(split.folder)/*/*_leftImg8bit.png")
      case .pix2pix: (try sideBySide(split), "\(split.folder)/*.jpg")
      case .cycleGAN: (try apart(split), "\(split.side)A/*.jpg and \(split.side)B/*.jpg")
      }
    guard !listing.scenes.isEmpty || !listing.problems.isEmpty else {
      throw DatasetError.missingFiles(dataset: Self.name, path: path, missing: [pattern])
    }
    return listing
  }

  private func official(_ split: Split) throws -> SceneListing {
    let (photoEnding, idsEnding, colourEnding) =
      ("_leftImg8bit.png", "_gtFine_labelIds.png", "_gtFine_color.png")
    let photoFiles = try inCities("leftImg8bit/\(split.folder)")
    let labelFiles = Set(try inCities("gtFine/\(split.folder)"))
    let photos = photoFiles.filter { $0.hasSuffix(photoEnding) }.map {
      String($0.dropLast(photoEnding.count))
    }
    var listing = SceneListing()
    for scene in photos {
      let photo = "leftImg8bit/\(split.folder)/\(scene)\(photoEnding)"
      let lacking = [idsEnding, colourEnding].filter { !labelFiles.contains(scene + $0) }
      for ending in lacking {
        listing.problems.append(
          "\(FileNames.printable(photo)) has no partner gtFine/\(split.folder)/\(FileNames.printable(scene + ending))"
        )
      }
      guard lacking.isEmpty else { continue }
      listing.scenes.append(
        SceneFiles(
          name: Paths.name(of: scene), photo: photo, labels: "gtFine/\(split.folder)/\(scene)\(colourEnding)",
          ids: "gtFine/\(split.folder)/\(scene)\(idsEnding)"))
    }
    let known = Set(photos)
    let orphans = labelFiles.filter {
      $0.hasSuffix(idsEnding) && !known.contains(String($0.dropLast(idsEnding.count)))
    }
    listing.problems += orphans.sorted().map { orphan in
      let photo = "leftImg8bit/\(split.folder)/\(orphan.dropLast(idsEnding.count))\(photoEnding)"
      return
        "gtFine/\(split.folder)/\(FileNames.printable(orphan)) has no partner \(FileNames.printable(photo))"
    }
    return listing
  }

  private func sideBySide(_ split: Split) throws -> SceneListing {
    let names = try pictures(in: split.folder)
    var listing = SceneListing()
    listing.problems = Self.doubles(names, in: split.folder)
    listing.scenes = names.map { name in
      let file = "\(split.folder)/\(name)"
      return SceneFiles(name: Self.stem(name), photo: file, labels: file)
    }
    return listing
  }

  /// Side A as photographs, B as label maps.
  private func apart(_ split: Split) throws -> SceneListing {
    let (first, second) = ("\(split.side)A", "\(split.side)B")
    let (a, b) = (try pictures(in: first), try pictures(in: second))
    var listing = SceneListing()
    listing.problems = Self.doubles(a, in: first) + Self.doubles(b, in: second)
    let partners = Dictionary(b.map { (Self.stem($0), $0) }, uniquingKeysWith: { first, _ in first })
    let shared = a.filter { partners[Self.stem($0)] != nil }
    if shared.isEmpty, split == .train, !a.isEmpty, !b.isEmpty {
      listing.arePaired = false
      listing.scenes =
        a.map { SceneFiles(name: Self.stem($0), photo: "\(first)/\($0)") }
        + b.map { SceneFiles(name: Self.stem($0), labels: "\(second)/\($0)") }
      return listing
    }
    listing.scenes = shared.map { name in
      SceneFiles(
        name: Self.stem(name), photo: "\(first)/\(name)", labels: "\(second)/\(partners[Self.stem(name)]!)")
    }
    let (inA, inB) = (Set(a.map(Self.stem)), Set(partners.keys))
    for (names, folder, others, other) in [(a, first, inB, second), (b, second, inA, first)] {
      listing.problems += names.filter { !others.contains(Self.stem($0)) }.map {
        "\(folder)/\(FileNames.printable($0)) has no partner in \(other)"
      }
    }
    return listing
  }
}

extension Cityscapes {
  /// Files of the folders of cities, as "city/file", sorted by their bytes; none where the folder is missing.
  private func inCities(_ folder: String) throws -> [String] {
    let system = POSIXFileSystem()
    let path = Paths.join(path, folder)
    guard try system.statusIfPresent(of: path)?.kind == .directory else { return [] }
    return try system.sortedNames(in: path).flatMap { city -> [String] in
      let inner = Paths.join(path, city)
      guard !city.hasPrefix("."), try system.statusIfPresent(of: inner)?.kind == .directory else { return [] }
      return try system.sortedNames(in: inner).filter { !$0.hasPrefix(".") }.map { "\(city)/\($0)" }
    }
  }

  private func pictures(in folder: String) throws -> [String] {
    let system = POSIXFileSystem()
    let path = Paths.join(path, folder)
    guard try system.statusIfPresent(of: path)?.kind == .directory else { return [] }
    return try system.names(in: path).filter(ImageFile.hasName).sorted(by: Self.precedes)
  }

  private static func doubles(_ names: [String], in folder: String) -> [String] {
    Dictionary(grouping: names, by: stem).values.filter { $0.count > 1 }.map { files in
      "\(folder) has \(files.map(FileNames.printable).joined(separator: " and ")) for one scene"
    }.sorted()
  }

  /// The name without its ending.
  private static func stem(_ name: String) -> String {
    name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }

  /// Numbers come first, in their order; then names by their bytes.
  static func precedes(_ left: String, _ right: String) -> Bool {
    func digits(_ name: String) -> Substring? {
      let stem = stem(name)
      guard !stem.isEmpty, stem.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
      return stem.drop { $0 == "0" }
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
