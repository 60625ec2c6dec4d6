import CTorch
import Glibc

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
    // Where there is no such device, asking libtorch would load it for nothing.
    guard (["/dev/nvidiactl", "/dev/dxg"] as [String]).contains(where: { access($0, F_OK) == 0 }) else {
      return (0, "this machine has no NVIDIA device, or no driver for it")
    }
    do {
      let devices = Int(try libtorch().open_cuda())
      return (devices, devices < 0 ? lastError() : nil)
    } catch {
      return (-1, "\(error)")
    }
  }()
  static var devices: Int { opened.devices }
  static var problem: String? { opened.problem }
}

func lastError() -> String { String(cString: torch.last_error()) }
