/// The factors of variation of a data set that holds every combination once.
///
/// Images are numbered with the last factor fastest: for dSprites (shape, scale, orientation, x, y) the image
/// index is `((((shape * 6 + scale) * 40 + orientation) * 32 + x) * 32 + y)`.
public struct FactorGrid: Sendable, Hashable, Codable {
  public let names: [String]
  /// How many values each factor takes, in the order of `names`.
  public let sizes: [Int]

  public init(names: [String], sizes: [Int]) {
    precondition(
      names.count == sizes.count && sizes.allSatisfy { $0 > 0 }, "every factor needs a name and a size")
    self.names = names
    self.sizes = sizes
  }

  /// dSprites without its constant colour factor (Matthey et al. 2017).
  public static let dSprites = FactorGrid(
    names: ["shape", "scale", "orientation", "x", "y"], sizes: [3, 6, 40, 32, 32])

  /// The number of images: the product of the sizes.
  public var count: Int { sizes.reduce(1, *) }

  /// The image that shows these factor values.
  public func index(of values: [Int]) -> Int {
    precondition(values.count == sizes.count, "\(values.count) values for \(sizes.count) factors")
    var index = 0
    for (value, size) in zip(values, sizes) {
      precondition((0..<size).contains(value), "factor value \(value) outside 0..<\(size)")
      index = index * size + value
    }
    return index
  }

  /// The factor values that image `index` shows.
  public func values(of index: Int) -> [Int] {
    var rest = index
    var values = [Int](repeating: 0, count: sizes.count)
    for factor in sizes.indices.reversed() {
      values[factor] = rest % sizes[factor]
      rest /= sizes[factor]
    }
    return values
  }
}

/// Images that are indexed by a factor grid. What a model trains on and what a metric draws from.
public protocol FactorImages: Sendable {
  var grid: FactorGrid { get }
  var width: Int { get }
  var height: Int { get }
  /// Writes the chosen images, one after another, row-major, values in 0...1, into `pixels`
  /// (`indices.count * width * height` floats).
  func fill(_ indices: [Int], into pixels: UnsafeMutableBufferPointer<Float>)
}
