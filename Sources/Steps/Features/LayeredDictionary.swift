import Files
import HDF5
import Learners
import LinearAlgebra

/// What a `dictionary` step leaves for several layers, as `layers.h5`:
///
///     /patches/…                    the first layer, as in `dictionary.h5`
///     /layer-<l>/group-<g>/…        maps [T] int32, mean [4T], whitening [4T, 4T], centroids [K, 4T]; attribute offset
///     attributes                    patch-pool; of each layer: rows, columns, maps, pool
extension LayeredKMeans {
  func save(to path: String) throws {
    let numbers = layers.flatMap(\.groups).reduce(0) {
      $0 + $1.whitening.matrix.elements.count + $1.centroids.elements.count
    }
    try HDF5File.writeLarge(to: path, expectedBytes: 4 * numbers) { root in
      try root.attributes.write(patchPool, as: "patch-pool")
      try root.createGroup("patches").write(patches)
      for (index, layer) in layers.enumerated() {
        let group = try root.createGroup("layer-\(index)")
        for (name, value) in [
          ("rows", layer.rows), ("columns", layer.columns), ("maps", layer.maps), ("pool", pools[index]),
        ] {
          try group.attributes.write(value, as: name)
        }
        for (number, field) in layer.groups.enumerated() {
          let part = try group.createGroup("group-\(number)")
          try part.write(field.maps.map(Int32.init), as: "maps")
          try part.attributes.write(Double(field.normalisation.offset), as: "offset")
          try part.write(field.whitening)
          try part.write(field.centroids, as: "centroids")
        }
      }
    }
  }

  init(dictionary path: String) throws {
    let file = try HDF5File(reading: path)
    let root = file.root
    var layers: [MapEncoder] = []
    var pools: [Int] = []
    while try root.contains("layer-\(layers.count)") {
      let group = try root.group("layer-\(layers.count)")
      var fields: [MapEncoder.Group] = []
      while try group.contains("group-\(fields.count)") {
        let part = try group.group("group-\(fields.count)")
        fields.append(
          MapEncoder.Group(
            maps: try part.dataset("maps").read(Int32.self).map(Int.init),
            normalisation: ContrastNormalisation(
              offset: Float(try part.attributes.read("offset", as: Double.self))),
            whitening: try part.whitening(), centroids: try part.matrix("centroids")))
      }
      func number(_ name: String) throws -> Int { try group.attributes.read(name, as: Int.self) }
      layers.append(
        MapEncoder(
          rows: try number("rows"), columns: try number("columns"), maps: try number("maps"), groups: fields))
      pools.append(try number("pool"))
    }
    self.init(
      patches: try root.group("patches").patchEncoder(),
      patchPool: try root.attributes.read("patch-pool", as: Int.self), layers: layers, pools: pools)
    try file.close()
  }
}
