import ArgumentParser
import Torch

/// Where training runs.
enum DeviceChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, cpu, cuda

  func resolved() throws -> String {
    switch self {
    case .auto: return Device.available.contains(.cuda) ? "cuda" : "cpu"
    case .cpu: return "cpu"
    case .cuda:
      do {
        try Device.cuda.checkAvailable()
      } catch {
        throw CommandFailure("error: \(error)", code: .usage)
      }
      return "cuda"
    }
  }
}
