extension ReportStyle {
  static let tables: HTML = """
    .scroll { overflow-x: auto; max-width: 100%; }
    table { border-collapse: separate; border-spacing: 0; font: .9rem/1.4 var(--sans); font-variant-numeric: tabular-nums lining-nums; }
    table.main, table.orderings { width: 100%; }
    caption { caption-side: top; text-align: left; font-size: .85rem; padding-bottom: .6rem; }
    th, td { padding: .38rem .6rem; text-align: right; vertical-align: baseline; white-space: nowrap; }
    th { font-weight: 500; } th[scope=row], th[scope=rowgroup], thead th:first-child { text-align: left; }
    thead > tr > * { color: var(--muted); font-size: .82rem; border-bottom: 1.5px solid var(--ink); vertical-align: bottom; }
    tbody > tr > * { border-bottom: 1px solid var(--line); } tbody:last-child > tr:last-child > * { border-bottom: 1.5px solid var(--ink); }
    .main tbody tr:not(.evidence, .group):hover, .further tbody tr:not(.evidence, .group):hover { background: var(--panel); }
    tr.group th { font-weight: 600; padding-top: 1.1rem; } .main tr:target th, .further tr:target th { text-decoration: underline; }
    .main > tbody > tr > th[scope=row], .orderings th[scope=row] { white-space: normal; min-width: 8.5rem; }
    th.verdict, td.verdict, .orderings td.outcome, .orderings thead th:nth-child(2) { text-align: left; }
    th.plot { text-align: center; font-weight: 400; } td.plot { padding-top: .1rem; padding-bottom: .1rem; vertical-align: middle; }
    td small { color: var(--muted); }
    .further { font-size: .87rem; } .further > thead th { white-space: normal; min-width: 4.5rem; overflow-wrap: break-word; }
    .further > * > tr > * { padding-left: .42rem; padding-right: .42rem; }
    .further > tbody > tr > th[scope=row], .further > thead th:first-child { position: sticky; left: 0; background: var(--ground); }
    svg { display: block; width: 10rem; height: 1.25rem; margin: 0 auto; }
    svg .axis { stroke: var(--line); stroke-width: 1; } svg .margin { stroke: var(--margin); stroke-width: 9; }
    svg .published { stroke: var(--ink); stroke-width: 1.6; } svg .whisker { stroke: var(--mark); stroke-width: 1.6; }
    svg .measured { fill: var(--mark); }
    .legend { white-space: normal; } .key { display: inline-block; height: .75em; vertical-align: -.08em; }
    .key.published { width: .9em; background: linear-gradient(90deg, var(--margin) 42%, var(--ink) 42% 58%, var(--margin) 58%); }
    .key.measured { width: .55em; height: .55em; border-radius: 50%; background: var(--mark); vertical-align: .05em; }

    """

  /// A row's evidence is the row behind it, shown while the details in the row are open or where a link leads to it.
  /// Browsers that cannot ask that of a selector show it always.
  static let evidence: HTML = """
    summary { cursor: pointer; } details > summary { list-style: none; } details > summary::-webkit-details-marker { display: none; }
    summary::after { content: " +"; color: var(--muted); font-weight: 600; } details[open] > summary::after { content: " \\2212"; }
    @supports selector(:has(a)) {
      tr.evidence { display: none; }
      tr:has(> * > details[open]) + tr.evidence, tr.evidence:target { display: table-row; }
    }
    tr.evidence > td { padding: 0; text-align: left; white-space: normal; background: var(--panel); }
    .blocks { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 1.2rem 2rem; padding: 1.1rem 1.2rem .4rem; }
    .blocks section { min-width: 0; } .blocks .wide { grid-column: 1 / -1; }
    .blocks p { margin: .15rem 0; font-size: .88rem; } .blocks .figure { font-size: 1.1rem; font-weight: 600; }
    .blocks ul { margin: .3rem 0; padding-left: 1.1rem; font-size: .88rem; } .blocks .steps { list-style: none; padding: 0; }
    .blocks dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .8rem; margin: .6rem 0; font-size: .88rem; }
    .blocks dt { color: var(--muted); } .blocks dd { margin: 0; }
    table.plain { font-size: .85rem; } .plain th, .plain td { padding: .18rem .55rem; } .plain tbody > tr > *, .plain tbody:last-child > tr:last-child > * { border-bottom: 0; }
    .plain th { color: var(--muted); font-weight: 400; } .plain thead > tr > * { border-bottom: 1px solid var(--line); text-align: right; white-space: normal; }
    .plain th:first-child, .plain td:first-child { padding-left: 0; }
    .confusion td, .confusion thead th { text-align: center; }
    .heat { background: rgba(var(--heat), var(--share, 0)); }
    .h1 { --share: .06; } .h2 { --share: .11; } .h3 { --share: .16; } .h4 { --share: .21; } .h5 { --share: .26; } .h6 { --share: .3; }
    .h7 { --share: .34; } .h8 { --share: .38; } .h9 { --share: .42; } .h10 { --share: .45; }
    details.more { margin-top: .5rem; font-size: .88rem; } details.more > summary { color: var(--link); }
    .command { padding: 0 1.2rem .9rem; margin: 0; color: var(--muted); max-width: none; }

    """

  /// A table row of the main table becomes a card.
  static let phone: HTML = """
    @media (max-width: 44rem) {
      body { padding: 1.2rem 1rem 3rem; } h1 { font-size: 1.6rem; } h2 { margin-top: 2.2rem; }
      .main, .main > tbody, .main caption { display: block; } .main > thead { display: none; }
      .main > tbody > tr > * { border: 0; } .main > tbody > tr { border-bottom: 1px solid var(--line); display: grid; grid-template-columns: 1fr 1fr; gap: .25rem 1rem; padding: .7rem 0; }
      .main > tbody > tr > * { padding: 0; text-align: left; white-space: normal; }
      .main > tbody > tr > th, .main td.verdict, .main td.plot { grid-column: 1 / -1; }
      .main > tbody > tr > th[scope=row] { font-weight: 600; } .main td.plot, .main td.verdict { order: 1; }
      .main td[data-label]:empty, .main td.verdict:empty, .main td.plot:empty { display: none; }
      .main td[data-label]::before { content: attr(data-label); display: block; color: var(--muted); font-size: .75rem; }
      .main td.plot svg { width: 100%; height: 1.6rem; }
      .main tr.group { padding: 1.4rem 0 .3rem; }
      .main > tbody > tr.evidence { padding: 0; grid-template-columns: minmax(0, 1fr); }
      @supports selector(:has(a)) {
        .main > tbody > tr.evidence { display: none; }
        .main > tbody > tr:has(> * > details[open]) + tr.evidence, .main > tbody > tr.evidence:target { display: grid; }
      }
      .blocks { padding: .9rem .8rem .3rem; } .command { padding: 0 .8rem .8rem; }
      .orderings th[scope=row] { min-width: 12rem; }
    }

    """

  static let print: HTML = """
    @media print {
      :root { --ground: #fff; --panel: #fff; --ink: #000; --muted: #444; --line: #bbb; --link: #000; }
      body { max-width: none; padding: 0; font-size: 10pt; } nav, .skip, summary::after { display: none; }
      table { font-size: 8pt; } th, td { padding: .2rem .4rem; } .further > thead th { min-width: 0; }
      .scroll { overflow: visible; } h2 { break-after: avoid; } figure, tr, .blocks section { break-inside: avoid; }
      figure img { max-height: 20cm; width: auto; filter: none; border: 0; padding: 0; } a { text-decoration: none; }
      .badge { border: 1px solid var(--fg); print-color-adjust: exact; } svg { width: 6rem; print-color-adjust: exact; }
      td.verdict { min-width: 0; } .evidence td { border: 1px solid var(--line); }
    }
    """
}
