/// The page's one style sheet: calm, dense, light and dark, for screen, phone and paper.
///
/// Text has a contrast of at least 4.5 to 1 on its ground, marks and edges of controls 3 to 1
/// (WCAG 2.2, 1.4.3 and 1.4.11), in both schemes.
enum StyleSheet {
  /// SHA-256 of ``text`` in Base64, for the page's policy; a test computes it again.
  static let hash: StaticString = "vnSVipqT4PKSuqExvhI6RAkUijNnvMm/59xtPZZoNww="

  static let text: StaticString = #"""

    :root {
      color-scheme: light dark;
      --page: #f4f6f8; --card: #ffffff; --band: #f6f8fa; --head: #e9edf2; --line: #d5dbe2;
      --text: #17202b; --soft: #526070; --edge: #77869a; --accent: #0b5cad; --on-accent: #ffffff;
      --yes: #14673f; --no: #a3222d; --notice: #fff4d6; --notice-edge: #9a6700;
      --linked: #1a7f52; --linked-stale: #0e7490; --found: #4d7c0f; --ambiguous: #b06f00;
      --contested: #d2500f; --unmatched: #c02636; --released: #6d4fc2; --excluded: #66758a;
      --invalid: #7a4a2b; --failed: #a21a6e; --other: #66758a;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --page: #0f1419; --card: #171d24; --band: #1b222a; --head: #222b35; --line: #2f3a46;
        --text: #e6ebf1; --soft: #a3b0bf; --edge: #7d8b9c; --accent: #6cb2ff; --on-accent: #0b1520;
        --yes: #6bd6a0; --no: #ff9aa2; --notice: #33290f; --notice-edge: #e0b040;
        --linked: #45b986; --linked-stale: #38b6cf; --found: #9ccc3f; --ambiguous: #f0b341;
        --contested: #ff8c52; --unmatched: #f8717d; --released: #ab97f5; --excluded: #8e9cae;
        --invalid: #c9936c; --failed: #f07cc0; --other: #8e9cae;
      }
    }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    html { background: var(--page); color: var(--text); }
    body {
      display: flex; flex-direction: column; gap: 1rem; margin: 0 auto; max-width: 110rem;
      padding: clamp(.75rem, 2vw, 1.75rem);
      font: .875rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    main { display: flex; flex-direction: column; gap: 1.5rem; }
    body > *, main > * { min-width: 0; }
    header { order: -2; }
    .notice {
      order: -1; padding: .6rem .9rem; border: 1px solid var(--notice-edge);
      border-left-width: .35rem; border-radius: .5rem; background: var(--notice);
    }
    p, dl, dd, h1, h2 { margin: 0; overflow-wrap: anywhere; }
    h1 { font-size: 1.5rem; line-height: 1.2; letter-spacing: -.01em; }
    h2 { margin-bottom: .5rem; font-size: 1rem; }
    time { white-space: nowrap; }
    small, dt, footer { color: var(--soft); font-weight: normal; }
    small { font-size: .8125rem; }
    i {
      padding: 0 .2em; border: 1px solid var(--edge); border-radius: .2em; font: .85em monospace;
    }
    .origin { display: flex; flex-wrap: wrap; gap: .1rem 1.5rem; margin-top: .4rem; }
    .origin div { display: flex; gap: .4rem; }
    .overview {
      display: flex; flex-direction: column; gap: .9rem; padding: 1rem;
      border: 1px solid var(--line); border-radius: .6rem; background: var(--card);
    }
    .figures { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; }
    .figures dd { font-size: 1.6rem; font-weight: 600; line-height: 1.2; }
    .figures dd, #shown { font-variant-numeric: tabular-nums; }
    .chart { display: block; width: 100%; height: 1rem; border-radius: .25rem; }
    .chart rect { fill: var(--mark); }
    .choices {
      display: flex; flex-wrap: wrap; gap: .4rem; min-width: 0; margin: 0; padding: 0; border: 0;
    }
    .choices legend {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
    }
    .choices label { position: relative; max-width: 100%; }
    .choices b { font-weight: 600; unicode-bidi: isolate; }
    .choices span {
      display: block; padding: .15rem .6rem; border: 1px solid var(--line); border-radius: 1rem;
      overflow-wrap: anywhere; font-variant-numeric: tabular-nums;
    }
    .choices input { position: absolute; inset: 0; margin: 0; opacity: 0; cursor: pointer; }
    html:not(.js) :is(.choices input, .find) { display: none; }
    .js .choices input + span { border-color: var(--edge); }
    .js .choices input:hover + span { border-color: var(--accent); }
    .js .choices input:checked + span {
      border-color: var(--accent); background: var(--accent); color: var(--on-accent);
    }
    .s::before {
      content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .4em;
      border-radius: 50%; background: var(--mark); forced-color-adjust: none;
    }
    .js input:checked + span .s::before { box-shadow: 0 0 0 2px var(--card); }
    .linked { --mark: var(--linked); } .linked-stale { --mark: var(--linked-stale); }
    .found { --mark: var(--found); } .ambiguous { --mark: var(--ambiguous); }
    .contested { --mark: var(--contested); } .unmatched { --mark: var(--unmatched); }
    .released { --mark: var(--released); } .excluded { --mark: var(--excluded); }
    .invalid { --mark: var(--invalid); } .failed { --mark: var(--failed); }
    .other { --mark: var(--other); }
    .find {
      display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .75rem;
      margin-bottom: .5rem;
    }
    .find input {
      flex: 0 1 24rem; min-width: 0; padding: .4rem .6rem; border: 1px solid var(--edge);
      border-radius: .4rem; background: var(--card); color: inherit; font: inherit;
    }
    ::placeholder { color: var(--soft); opacity: 1; }
    #shown { min-height: 1.45em; color: var(--soft); }
    :focus-visible, .choices input:focus-visible + span {
      outline: 2px solid var(--accent); outline-offset: 2px;
    }
    .scroll {
      overflow: auto; max-height: max(20rem, 100vh - 12rem);
      border: 1px solid var(--line); border-radius: .6rem; background: var(--card);
    }
    .rows, .rows thead, .rows tbody { display: block; }
    .rows { width: max-content; min-width: 100%; font-size: .78125rem; }
    .rows tbody:not(:last-child) {
      content-visibility: auto; contain-intrinsic-height: auto calc(var(--rows, 100) * 2.6em);
    }
    .rows.busy tbody:not(:last-child) { contain-intrinsic-height: calc(var(--rows, 100) * 2.6em); }
    .rows tr { display: flex; background: var(--card); }
    .rows tbody tr:nth-child(even of :not([hidden])) { background: var(--band); }
    .rows thead { position: sticky; top: 0; z-index: 2; }
    .rows thead tr { border-bottom: 1px solid var(--line); background: var(--head); }
    .rows :is(th, td) {
      flex: 1 1 11em; width: 11em; min-width: 0; padding: .35em .6em; text-align: left;
      vertical-align: top; overflow-wrap: anywhere;
    }
    .rows .n { flex: .5 1 9em; width: 9em; }
    .rows .m { flex: 1.5 1 17.5em; width: 17.5em; }
    .rows .w { flex: 3 1 20em; width: 20em; }
    .rows th { font-weight: 600; }
    .rows tr > :first-child { position: sticky; left: 0; background: inherit; }
    .rows .yes { color: var(--yes); } .rows .no { color: var(--no); font-weight: 600; }
    .none { padding: 1rem; color: var(--soft); }
    @media (max-width: 30rem) {
      h1 { font-size: 1.2rem; }
      .figures { gap: .5rem 1.25rem; }
      .figures dd { font-size: 1.25rem; }
    }
    @media print {
      @page { margin: 12mm; }
      html { background: none; font-size: 75%; }
      .chart, .s, .rows tr { print-color-adjust: exact; }
      .find { display: none; }
      .js .choices input:checked + span { background: none; color: inherit; border-width: 2px; }
      .scroll { overflow: visible; max-height: none; border: 0; }
      .rows { display: table; width: 100%; border-collapse: collapse; }
      .rows thead { display: table-header-group; position: static; }
      .rows tbody { display: table-row-group; }
      .rows tr { display: table-row; break-inside: avoid; border-bottom: 1px solid var(--line); }
      .rows tr > :is(th, td) { width: auto; position: static; }
    }

    """#
}
