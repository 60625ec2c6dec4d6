extension Plan {
  /// The same plan with every step that can use an accelerator on `device`; those steps and the ones behind them are
  /// other steps than on the processor.
  public func moved(to device: String) -> Plan {
    guard device != "cpu" else { return self }
    var plan = Plan()
    var moved: [String: String] = [:]
    for step in steps {
      moved[step.identity] = plan.add(
        Step(
          kind: step.kind, version: step.version, parameters: step.parameters,
          inputs: step.inputs.mapValues { moved[$0] ?? $0 }, seed: step.seed, label: step.label,
          needs: step.needs, device: step.needs.device ? device : nil, sources: step.sources))
    }
    for target in targets {
      plan.add(
        Target(
          role: target.role, row: target.row, name: target.name, repetition: target.repetition,
          identity: moved[target.identity] ?? target.identity))
    }
    return plan
  }
}
