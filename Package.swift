// swift-tools-version: 6.2
import Foundation
import PackageDescription

// LIBTORCH names another libtorch (a folder with include/ and lib/); `make setup` unpacks the pinned one here.
let libtorch =
  ProcessInfo.processInfo.environment["LIBTORCH"].flatMap { $0.isEmpty ? nil : $0 }
  ?? "\(Context.packageDirectory)/.libtorch/torch"

/// Debian keeps several builds of OpenBLAS side by side. The OpenMP one shares its thread pool with libtorch; the
/// pthread one beside libtorch makes training about twice as slow, so the program looks in this folder first.
let openBLAS = ["x86_64", "aarch64"].map { "/usr/lib/\($0)-linux-gnu/openblas-openmp" }
  .filter { FileManager.default.fileExists(atPath: $0) }

let package = Package(
  name: "retable",
  products: [
    .executable(name: "retable", targets: ["retable"]),
    .library(name: "TorchShim", type: .dynamic, targets: ["TorchShim"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C libraries. One system library each; the shim holds only what Swift cannot import.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-openmp-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CSpawn"),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // The header of the shim alone. The module Torch opens the shim itself at run time, when it first needs libtorch.
    .systemLibrary(name: "CTorch"),
    .target(
      name: "TorchShim", dependencies: ["CKernels"], publicHeadersPath: ".",
      cxxSettings: [
        .headerSearchPath("../CTorch"),
        .unsafeFlags([
          "-I\(libtorch)/include", "-I\(libtorch)/include/torch/csrc/api/include", "-O2",
          "-fvisibility=hidden",
          "-Wno-deprecated-declarations",
        ]),
      ],
      linkerSettings: [
        .unsafeFlags(["-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib"]),
        .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
      ]),

    .target(name: "CKernels"),

    // Ground floor.
    .target(name: "Files", dependencies: ["CCrypto", "CSpawn"]),
    .target(name: "Randomness"),
    .target(name: "Console", dependencies: ["Files"]),
    .target(
      name: "LinearAlgebra", dependencies: ["COpenBLAS"],
      linkerSettings: [.unsafeFlags(openBLAS.flatMap { ["-Xlinker", "-rpath", "-Xlinker", $0] })]),
    .target(name: "HDF5", dependencies: ["CHDF5", "Files"]),
    .target(name: "Images", dependencies: ["CPNG", "CJPEG", "Files"]),
    .target(
      name: "Torch", dependencies: ["CTorch", "Files", "Randomness"],
      // The shim lies beside the program, or where `make install` puts it.
      linkerSettings: [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/retable"])]),

    // What the papers speak of.
    .target(name: "Learners", dependencies: ["CKernels", "LinearAlgebra", "Randomness"]),
    .target(
      name: "Datasets", dependencies: ["Files", "Images", "Randomness", "CArchive", "CCurl", "CZip", "CZlib"]),
    .target(
      name: "Models", dependencies: ["Torch", "Datasets", "LinearAlgebra", "Files", "Randomness"]),
    .target(
      name: "Metrics", dependencies: ["Datasets", "Learners", "LinearAlgebra", "Randomness"]),

    // The harness.
    .target(name: "Manifest", dependencies: ["Files", .product(name: "Yams", package: "Yams")]),
    .target(name: "Results", dependencies: ["HDF5", "Files", "Manifest"]),
    .target(name: "Pipeline", dependencies: ["Manifest", "Files", "HDF5", "CMalloc"]),
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
        "LinearAlgebra", "HDF5", "Files", "Console",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "retable-bench",
      dependencies: [
        "Models", "Metrics", "Learners", "LinearAlgebra", "Datasets", "Torch", "Randomness", "Files",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "Benchmarks/retable-bench"),
    // Nothing but the scheduler, so that its workers cost what a process costs.
    .executableTarget(
      name: "scheduler-bench",
      dependencies: [
        "Pipeline", "Files", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "Benchmarks/scheduler-bench"),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)

// Tests mirror Sources: Tests/<Target>Tests. TestSupport is a library with tests of its own.
package.targets.append(
  .target(name: "TestSupport", dependencies: ["Files", "Images"], path: "Tests/TestSupport"))
let tests: [(name: String, dependencies: [Target.Dependency])] = [
  ("TestSupport", ["Files"]), ("Files", []), ("Randomness", []), ("Console", []),
  ("LinearAlgebra", ["Randomness"]),
  ("HDF5", ["CHDF5", "Files"]), ("Images", ["Files"]), ("Torch", ["Files"]),
  ("Learners", ["CKernels", "LinearAlgebra", "Randomness"]), ("Datasets", ["Files", "Images"]),
  ("Models", ["Datasets", "Torch", "LinearAlgebra", "Randomness", "Files"]),
  ("Metrics", ["Datasets", "Learners", "LinearAlgebra", "Randomness"]), ("Manifest", ["Files"]),
  ("Results", ["Manifest", "HDF5", "Files"]), ("Pipeline", ["Manifest", "Files"]),
  (
    "Steps",
    ["Datasets", "HDF5", "LinearAlgebra", "Manifest", "Models", "Pipeline", "Randomness", "Results", "Files"]
  ),
  ("Report", ["Results", "Manifest", "Metrics", "Images", "Files"]),
  ("CommandLine", ["retable", "Pipeline", "Results", "Datasets", "HDF5", "Randomness", "Files"]),
]
for test in tests {
  let subject: [Target.Dependency] = test.name == "CommandLine" ? [] : [.byName(name: test.name)]
  package.targets.append(
    .testTarget(
      name: "\(test.name)Tests",
      dependencies: subject + test.dependencies + (test.name == "TestSupport" ? [] : ["TestSupport"]),
      // Reference values and snapshots are read from the source tree, beside the scripts that made them.
      exclude: ["reference", "Snapshots"].filter {
        FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/Tests/\(test.name)Tests/\($0)")
      }))
}
