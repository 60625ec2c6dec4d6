import CTorch

/// Where a tensor lives and computes.
public enum Device: String, Sendable, Codable, CaseIterable {
  case cpu
  case cuda

  /// The devices that this process can use. CUDA is there when libtorch's CUDA library lies beside libtorch_cpu,
  /// can be loaded, and finds a device.
  public static var available: [Device] { CUDA.devices > 0 ? [.cpu, .cuda] : [.cpu] }

  /// Throws `TorchError.device` with the reason when this device cannot be used.
  public func checkAvailable() throws {
    guard self == .cuda, CUDA.devices <= 0 else { return }
    throw TorchError.device(rawValue, message: CUDA.problem ?? "no CUDA device answers")
  }

  var handle: ctorch_device { self == .cuda ? .CTORCH_CUDA : .CTORCH_CPU }
  init(_ handle: ctorch_device) { self = handle == .CTORCH_CUDA ? .cuda : .cpu }
}

/// libtorch's CUDA library, opened once when somebody first asks for it.
enum CUDA {
  private static let opened: (devices: Int, problem: String?) = {
    let devices = Int(ctorch_open_cuda())
    return (devices, devices < 0 ? lastError() : nil)
  }()
  static var devices: Int { opened.devices }
  static var problem: String? { opened.problem }
}

func lastError() -> String { String(cString: ctorch_last_error()) }
