extension LayeredKMeans {
  /// How the layers are learned. The defaults are what is remembered of the paper's CIFAR-10 network.
  public struct Configuration: Sendable, Codable, Equatable {
    /// Edge of a patch in pixels.
    public var patchSize = 6
    /// Patches that the first layer learns from.
    public var patches = 400_000
    public var normalisation = ContrastNormalisation()
    /// How patches and the windows of every layer are whitened.
    public var whitening = ZCA.Kind.zca
    /// Of every whitening.
    public var epsilon = 0.1
    /// Of the first layer; further layers use the same with their own number of centroids.
    public var kMeans = KMeans.Configuration(centroids: 1600)
    public var patchPool = 3
    public var layers = [Layer(), Layer()]

    public init() {}

    /// One layer on maps.
    public struct Layer: Sendable, Codable, Equatable {
      public var selection = ReceptiveFields.Selection.energyCorrelation
      public var groups = 32
      public var mapsPerGroup = 200
      public var centroidsPerGroup = 100
      public var pool = 2
      /// 2 x 2 windows that the layer learns from. All maps of all of them are in memory at once: 16 bytes for each
      /// window and map.
      public var windows = 20_000
      /// Windows taken from one image.
      public var windowsPerImage = 4
      /// The offset of the contrast normalisation as a share of the windows' mean variance: maps have no natural scale.
      public var relativeOffset = 0.01

      public init() {}
    }
  }
}
