import TestSupport
import Testing

@testable import Pipeline

/// What containers and batch systems allow, as the kernel tells it.
@Suite struct ControlGroupTests {
  private let root: TemporaryDirectory

  init() throws { root = try TemporaryDirectory() }

  private func put(_ name: String, _ text: String) throws { try root.file(name, Array(text.utf8)) }

  @Test func theTightestGroupOnTheWayUpDecides() throws {
    try put("memory.max", "max\n")
    try put("job/memory.max", "8589934592\n")
    try put("job/cpu.max", "350000 100000\n")
    try put("job/step/memory.max", "17179869184\n")
    try put("job/step/cpu.max", "max 100000\n")
    let group = ControlGroup(membership: "0::/job/step\n", root: root.path)
    #expect(group.memory == 8 << 30)
    #expect(group.cores == 3)
  }

  @Test func theFirstVersionHasAHierarchyForEachController() throws {
    try put("memory/docker/a/memory.limit_in_bytes", "4294967296\n")
    try put("memory/memory.limit_in_bytes", "9223372036854771712\n")
    try put("cpu,cpuacct/docker/a/cpu.cfs_quota_us", "50000\n")
    try put("cpu,cpuacct/docker/a/cpu.cfs_period_us", "100000\n")
    let group = ControlGroup(
      membership: "5:memory:/docker/a\n4:cpu,cpuacct:/docker/a\n1:name=systemd:/docker/a\n", root: root.path)
    #expect(group.memory == 4 << 30)
    #expect(group.cores == 1)
  }

  /// A container shows its own group as the root, under a path that only the host has.
  @Test func thePathMayBeTheHosts() throws {
    try put("memory.max", "1073741824\n")
    let group = ControlGroup(membership: "0::/../host/path\n", root: root.path)
    #expect(group == ControlGroup(memory: 1 << 30, cores: nil))
  }

  @Test(arguments: ["", "0::/\n", "nonsense", "9:memory\n"])
  func withoutLimitsThereAreNone(_ membership: String) throws {
    #expect(ControlGroup(membership: membership, root: root.path) == ControlGroup())
  }
}
