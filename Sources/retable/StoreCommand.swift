import ArgumentParser
import Files
import Pipeline

struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Look after the store, where finished steps are kept.",
    subcommands: [StoreList.self, StoreVerify.self, StorePrune.self])
}

struct StoreList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List all artifacts with size, time and step.")
  @OptionGroup var store: StoreOptions

  func run() throws {
    var total = 0
    let store = try store.opened
    for identity in store.identities() {
      guard let record = try? store.record(identity) else {
        Terminal.print(
          "\(identity.prefix(12))  unreadable record; 'retable store verify' moves it to quarantine")
        continue
      }
      let size = record.outputs.values.map(\.size).clampedSum
      total = total.addingClamped(size)
      Terminal.print(
        "\(identity.prefix(12))  \(Say.bytes(size))  \(Say.duration(record.run.seconds))  \(record.step.label)"
      )
    }
    Terminal.print("\(Say.bytes(total)) in \(store.root)")
  }
}

struct StoreVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Re-hash every file; damaged artifacts are moved to quarantine.")
  @OptionGroup var store: StoreOptions

  func run() throws {
    var damaged = 0
    let store = try store.opened
    let identities = store.identities()
    for identity in identities {
      guard case .corrupt(let what) = store.verify(identity) else { continue }
      let ending: String
      do {
        // A run may have replaced it while it was read.
        guard let place = try store.quarantine(identity) else { continue }
        ending = "moved to \(place)"
      } catch {
        ending = "\(error)"
      }
      damaged += 1
      Terminal.print("\(identity.prefix(12))  \(what); \(ending)")
    }
    Terminal.print("\(Say.count(identities.count, "artifact")) checked, \(damaged) damaged")
    if damaged > 0 { throw CommandFailure("run the table again to recompute them", code: .dataMissing) }
  }
}
