/// How the class of each pixel is recovered where a label map is a picture that went through JPEG, so that its colours are
/// near those of the classes and blend at borders.
public enum IdRule: String, CaseIterable, Sendable, Codable {
  /// The nearest of the 19 colours; every void becomes a class.
  case nearest
  /// The nearest of all 29 colours, voids included.
  case palette
  /// The nearest of 26 colours, and at borders of those alone that are near: see `ids`.
  case cleaned

  /// The ids of an image of `height` x `width` pixels, given as three planes.
  public func ids(planes: UnsafeBufferPointer<UInt8>, height: Int, width: Int) -> [UInt8] {
    switch self {
    case .nearest: ColourDecoder().ids(planes: planes)
    case .palette: ColourDecoder(candidates: .palette).ids(planes: planes)
    case .cleaned: Self.cleaned(planes, height: height, width: width)
    }
  }

  /// Blends of two colours lie near a third: of a car and the road near a trailer. Caravans, trailers and tunnels are so rare
  /// that they are left out. A pixel near its colour is sure; one that is not takes the nearest of the colours that are sure
  /// within two pixels of it, where there are any.
  private static func cleaned(_ planes: UnsafeBufferPointer<UInt8>, height: Int, width: Int) -> [UInt8] {
    let decoder = borderless
    let nearest = decoder.nearest(planes: planes)
    let count = height * width
    precondition(count == nearest.count, "\(planes.count) bytes are no \(height) x \(width) pixels")
    func squaredDistance(_ pixel: Int, to colour: Int) -> Int32 {
      let colour = decoder.colours[colour]
      let value = SIMD4(
        Int32(planes[pixel]), Int32(planes[count + pixel]), Int32(planes[2 * count + pixel]), 0)
      let apart = value &- colour
      return (apart &* apart).wrappedSum()
    }
    let isSure = (0..<count).map { squaredDistance($0, to: Int(nearest[$0])) <= sureDistance * sureDistance }
    var ids = nearest.map { decoder.ids[Int($0)] }
    for pixel in 0..<count where !isSure[pixel] {
      let (row, column) = (pixel / width, pixel % width)
      // One bit for each colour.
      var near: UInt32 = 0
      for other in max(0, row - 2)...min(height - 1, row + 2) {
        for place in max(0, column - 2)...min(width - 1, column + 2) where isSure[other * width + place] {
          near |= 1 << UInt32(nearest[other * width + place])
        }
      }
      var least = Int32.max
      while near != 0 {
        let colour = near.trailingZeroBitCount
        near &= near - 1
        let far = squaredDistance(pixel, to: colour)
        if far < least { (least, ids[pixel]) = (far, decoder.ids[colour]) }
      }
    }
    return ids
  }

  /// How far a colour may be from its own for the pixel to be sure.
  private static let sureDistance: Int32 = 30

  private static let borderless = ColourDecoder(
    voids: SceneClasses.voidColours.filter { !["tunnel", "caravan", "trailer"].contains($0.name) }
      .map(\.colour), distance: .l2)
}

/// Whether the truth is saved with the pictures, and at what size.
public enum TruthSize: Hashable, Sendable {
  case none
  /// As the label maps have it: 1024 x 2048 for official id maps.
  case native
  /// The nearest pixels of a square of so many pixels a side.
  case side(Int)
}
