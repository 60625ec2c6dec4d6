extension ReportStyle {
  /// The look of the index of a site: that of the reports, with a card for each profile.
  static var site: HTML { HTML([colours, page, cards, print]) }

  private static let cards: HTML = """
    .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1.2rem; margin: 1.2rem 0; align-items: start; }
    .card { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.2rem; font: .92rem/1.5 var(--sans); min-width: 0; }
    .card h3 { font: 600 1.05rem/1.4 var(--sans); letter-spacing: 0; text-transform: none; margin: 0 0 .3rem; }
    .card .overview { margin: .8rem 0; padding: .8rem 1rem; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: .8rem 1.5rem; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .previews { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 24rem)); gap: .8rem; }
    .previews img { display: block; width: 100%; height: 11rem; object-fit: contain; background: #fff; border: 1px solid var(--line);
      border-radius: .4rem; padding: .4rem; }
    .links { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; margin: .8rem 0; padding: 0; } .links li { margin: 0; }
    .card details { margin: .6rem 0; } .card summary { cursor: pointer; color: var(--link); }
    .card .facts { grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); font-size: .85rem; margin-top: .8rem; }
    @media (prefers-color-scheme: dark) { .previews img { filter: brightness(.9); } }
    @media (max-width: 44rem) { body { padding: 1.2rem 1rem 3rem; } h1 { font-size: 1.6rem; } h2 { margin-top: 2.2rem; } .card { padding: .9rem; } }

    """
}
