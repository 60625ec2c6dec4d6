// swift-tools-version: 6.2
import Foundation
import PackageDescription

// LIBTORCH names another libtorch (a folder with include/ and lib/); `make setup` unpacks the pinned one here.
let libtorch =
  ProcessInfo.processInfo.environment["LIBTORCH"].flatMap { $0.isEmpty ? nil : $0 }
  ?? "\(Context.packageDirectory)/.libtorch/torch"

/// Learners and pixel loops are where the time goes; bounds are checked once at the border of each kernel.
let numeric: [SwiftSetting] = [.unsafeFlags(["-Ounchecked"], .when(configuration: .release))]

let package = Package(
  name: "retable",
  products: [.executable(name: "retable", targets: ["retable"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C libraries. One system library each; the shim holds only what Swift cannot import.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-openmp-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .target(
      name: "CTorch",
      cxxSettings: [
        .unsafeFlags([
          "-I\(libtorch)/include", "-I\(libtorch)/include/torch/csrc/api/include", "-O2",
          "-Wno-deprecated-declarations",
        ])
      ],
      linkerSettings: [
        .unsafeFlags(["-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib"]),
        .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
      ]),

    // Ground floor.
    .target(name: "Files", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),
    .target(name: "Randomness"),
    .target(name: "LinearAlgebra", dependencies: ["COpenBLAS"], swiftSettings: numeric),
    .target(name: "HDF5", dependencies: ["CHDF5", "Files"]),
    .target(name: "Images", dependencies: ["CPNG", "Files"]),
    .target(name: "Torch", dependencies: ["CTorch", "Files", "Randomness"]),

    // What the papers speak of.
    .target(name: "Learners", dependencies: ["LinearAlgebra", "Randomness"], swiftSettings: numeric),
    .target(
      name: "Datasets", dependencies: ["Files", "Randomness", "CZip"], swiftSettings: numeric),
    .target(name: "Models", dependencies: ["Torch", "Datasets", "Learners", "Files", "Randomness"]),
    .target(
      name: "Metrics", dependencies: ["Datasets", "Learners", "LinearAlgebra", "Randomness"],
      swiftSettings: numeric),

    // The harness.
    .target(name: "Manifest", dependencies: ["Files", .product(name: "Yams", package: "Yams")]),
    .target(name: "Results", dependencies: ["HDF5", "Files", "Manifest"]),
    .target(name: "Pipeline", dependencies: ["Manifest", "Files", "Results", "Randomness"]),
    .target(
      name: "Steps",
      dependencies: [
        "Pipeline", "Manifest", "Results", "Models", "Metrics", "Datasets", "Learners", "LinearAlgebra",
        "Torch", "HDF5", "Images", "Files", "Randomness",
      ]),
    .target(
      name: "Report", dependencies: ["Results", "Manifest", "Metrics", "Images", "Files"]),
    .executableTarget(
      name: "retable",
      dependencies: [
        "Steps", "Pipeline", "Report", "Results", "Manifest", "Metrics", "Models", "Datasets", "Torch",
        "LinearAlgebra", "HDF5", "Files",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)

// Tests mirror Sources: Tests/<Target>Tests, and TestSupport is a library with tests of its own.
let tested = [
  "Files", "Randomness", "LinearAlgebra", "HDF5", "Images", "Torch", "Learners", "Datasets", "Models", "Metrics",
  "Manifest", "Results", "Pipeline", "Steps", "Report",
]
