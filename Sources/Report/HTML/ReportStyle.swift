/// The look of `report.html`, which is in the page itself.
enum ReportStyle {
  static var css: HTML { HTML([colours, page, tables, evidence, phone, print]) }

  /// Text on each ground has a contrast of at least 4.5 (WCAG AA), light and dark.
  static let colours: HTML = """
    :root { --ground: #fcfcfa; --panel: #f3f3ef; --ink: #1b1d20; --muted: #5a6069; --line: #d8d8d2; --link: #1c5a9e;
      --margin: #c9ccd0; --mark: #1c5a9e; --heat: 28, 90, 158; }
    .reproduced { --fg: #0b5a32; --bg: #dff2e6; } .close { --fg: #43560a; --bg: #eef3d6; }
    .better { --fg: #0d4c87; --bg: #e0edfa; } .differs { --fg: #94201b; --bg: #fbe5e2; }
    .inconclusive { --fg: #744700; --bg: #fbf0d6; } .missing, .none { --fg: #555b63; --bg: #ebebe7; }
    @media (prefers-color-scheme: dark) {
      :root { --ground: #14161a; --panel: #1d2026; --ink: #e5e5e1; --muted: #a4aab3; --line: #363b43; --link: #8abcf2;
        --margin: #545a63; --mark: #8abcf2; --heat: 138, 188, 242; }
      .reproduced { --fg: #93dfb2; --bg: #163426; } .close { --fg: #c8de8d; --bg: #2c3416; }
      .better { --fg: #a3cef7; --bg: #17304a; } .differs { --fg: #f6aea7; --bg: #472320; }
      .inconclusive { --fg: #f0cb8c; --bg: #3d3017; } .missing, .none { --fg: #b9bdc4; --bg: #2b2f36; }
      figure img { filter: brightness(.9); }
    }

    """

  static let page: HTML = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 1rem; }
    body { margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 78rem; background: var(--ground); color: var(--ink);
      font: 1rem/1.55 "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, "DejaVu Serif", serif; }
    h1 { font-size: 2.1rem; line-height: 1.2; margin: .2rem 0 .6rem; text-wrap: balance; }
    h2 { font-size: 1.4rem; line-height: 1.25; margin: 3rem 0 1rem; padding-bottom: .35rem; border-bottom: 1px solid var(--line); }
    h3 { font: 600 .78rem/1.3 var(--sans); letter-spacing: .06em; text-transform: uppercase; color: var(--muted); margin: 0 0 .5rem; }
    a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: .06em; }
    a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    code { font: .86em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
    p { margin: .4rem 0; max-width: 48rem; }
    ul, ol { padding-left: 1.3rem; } li { margin: .25rem 0; }
    .muted, caption, figcaption, footer { color: var(--muted); }
    .skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; }
    header { --sans: ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
    main, footer { --sans: ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
    .kicker { font: .85rem/1.4 var(--sans); letter-spacing: .08em; text-transform: uppercase; color: var(--muted); margin: 0; }
    .source { font-style: italic; } .profile { max-width: 60rem; }
    .tag { font: 600 .8rem/1 var(--sans); letter-spacing: .05em; text-transform: uppercase; color: var(--ground);
      background: var(--ink); border-radius: .25rem; padding: .22rem .5rem; margin-right: .35rem; }
    .overview { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem 2rem; margin: 1.4rem 0;
      padding: 1rem 1.2rem; background: var(--panel); border-radius: .5rem; font-family: var(--sans); font-size: .9rem; }
    .overview p { margin: 0 0 .45rem; }
    .tally { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: 0; padding: 0; } .tally li { margin: 0; }
    .badge { display: inline-block; font: 500 .82rem/1.35 var(--sans); color: var(--fg); background: var(--bg);
      border: 1px solid transparent; border-radius: .3rem; padding: .08rem .5rem; text-align: left; }
    .badge.open { border: 1px dashed var(--fg); }
    nav { font: .9rem/1.5 var(--sans); border-top: 1px solid var(--line); padding-top: .8rem; }
    nav ol { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; margin: 0; padding: 0; } nav li { margin: 0; }
    figure { margin: 1.6rem 0; max-width: 58rem; } figure img { display: block; max-width: 100%; height: auto; background: #fff;
      border: 1px solid var(--line); border-radius: .4rem; padding: .5rem; }
    figcaption { font: .85rem/1.45 var(--sans); margin-top: .45rem; max-width: 48rem; }
    .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 0 1.5rem; align-items: start; } .pictures .wide { grid-column: 1 / -1; max-width: none; }
    .notes li::marker { font-variant-numeric: tabular-nums; color: var(--muted); } .notes li:target { background: var(--panel); }
    .back { font: .82rem/1.4 var(--sans); color: var(--muted); } .marks { font: .68em/1 var(--sans); margin-left: .15em; white-space: nowrap; }
    .marks a { text-decoration: none; padding: 0 .1em; }
    .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); gap: .3rem 1.5rem; font: .9rem/1.45 var(--sans); margin: 0; }
    .facts div { display: flex; gap: .6rem; justify-content: space-between; border-bottom: 1px solid var(--line); padding: .2rem 0; }
    .facts dt { color: var(--muted); } .facts dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
    footer { margin-top: 4rem; border-top: 1px solid var(--line); font: .85rem/1.5 var(--sans); }

    """
}
