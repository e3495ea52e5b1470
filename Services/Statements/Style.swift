/// The one style sheet: screen, dark screen, phone, print. Contrast is at least 4.5:1 for text (WCAG 2.2 AA).
enum Style {
    static let sheet = screen + narrow + print

    private static let screen = """
        :root { color-scheme: light dark;
          --paper: #f5f6f4; --card: #ffffff; --ink: #17211d; --quiet: #56635c; --rule: #dfe4e0; --accent: #0b6048;
          --accent-soft: #e4f1eb; --minus: #a3271b; --stale: #8a4b00; --mark: #f0f4f1; }
        @media (prefers-color-scheme: dark) { :root {
          --paper: #121715; --card: #1a211e; --ink: #e8ede9; --quiet: #a3b0a9; --rule: #2e3833; --accent: #6fd3ae;
          --accent-soft: #1c3229; --minus: #ff9d8f; --stale: #f0b35c; --mark: #212a26; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        a { color: var(--accent); text-underline-offset: 3px; text-decoration-thickness: 1px; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        .skip { position: absolute; left: -999px; } .skip:focus { left: 8px; top: 8px; background: var(--card); padding: 8px; }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .bar { display: flex; flex-wrap: wrap; gap: 4px 32px; align-items: center; padding: 14px max(24px, calc((100% - 1132px) / 2));
          background: var(--card); border-bottom: 1px solid var(--rule); }
        .brand { font-weight: 700; font-size: 17px; color: var(--ink); text-decoration: none; overflow-wrap: anywhere; }
        .bar nav { display: flex; gap: 20px; } .bar nav a { text-decoration: none; padding: 6px 0; }
        .bar nav a:hover, .pages a:hover { text-decoration: underline; }
        main { max-width: 1180px; margin: 0 auto; padding: 28px 24px 8px; }
        h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 8px; overflow-wrap: anywhere; }
        h2 { font-size: 18px; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
        .quiet, .id, .role, .facts, .currency { color: var(--quiet); font-weight: 400; }
        .id { font-size: 14px; } th .id { display: block; } .who { font-size: 18px; margin: 0; overflow-wrap: anywhere; }
        .title { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 8px 24px; align-items: end; margin-bottom: 16px; }
        .title .quiet { margin: 0; } .forms a { margin-left: 10px; } .forms { margin: 0; }
        .crumbs { margin: 0 0 6px; font-size: 14px; } .lead { margin: 0 0 20px; }
        .card { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; margin: 0 0 18px; padding: 20px 24px; }
        .empty { padding: 32px 24px; }
        .amount { font-variant-numeric: tabular-nums; white-space: nowrap; } .negative { color: var(--minus); }
        .number { text-align: right; } .strong { font-weight: 600; }
        .search { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; margin: 12px 0 16px; }
        .search label { color: var(--quiet); }
        input, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid #7d8a83;
          border-radius: 8px; padding: 8px 12px; min-height: 44px; }
        input[type=search] { flex: 1 1 220px; max-width: 360px; }
        button { background: var(--accent); color: var(--card); border-color: var(--accent); font-weight: 600; cursor: pointer; }
        .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--rule); border-radius: 12px; margin-bottom: 18px; }
        table { border-collapse: collapse; width: 100%; font-size: 15px; }
        th, td { padding: 11px 14px; text-align: left; border-bottom: 1px solid var(--rule); white-space: nowrap; }
        thead th { font-size: 13px; color: var(--quiet); font-weight: 600; } th.number, td.number { text-align: right; }
        tbody th { font-weight: 500; } tbody tr:last-child > * { border-bottom: 0; } tbody tr:hover > * { background: var(--mark); }
        tfoot > tr > * { border-top: 2px solid var(--rule); border-bottom: 0; font-weight: 700; }
        .unit { padding-inline-start: 0; }
        .matrix th:first-child { position: sticky; left: 0; background: var(--card); max-width: 240px; overflow: hidden; text-overflow: ellipsis; }
        .matrix tbody tr:hover th:first-child { background: var(--mark); }
        td a { color: inherit; text-decoration-color: var(--rule); } td a:hover { text-decoration-color: currentColor; }
        .balance { display: flex; flex-wrap: wrap; gap: 16px 48px; align-items: end; }
        .balance dt { font-size: 14px; color: var(--quiet); } .balance dd { margin: 0; font-size: 20px; }
        .balance .closing { margin-left: auto; text-align: right; } .closing dd { font-size: 32px; font-weight: 700; line-height: 1.15; letter-spacing: -0.01em; }
        .closing .currency { font-size: 18px; letter-spacing: 0; }
        .component { padding: 0; overflow: hidden; } .component h2, .skipped h2 { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; }
        .component h2 { padding: 16px 24px; } h2 .quiet, h2 .currency { font-size: 14px; }
        .heads, summary { display: grid; grid-template-columns: 18px 104px minmax(0, 1fr) 150px 130px; gap: 0 12px; align-items: baseline; padding: 10px 24px; }
        .heads { font-size: 13px; font-weight: 600; color: var(--quiet); border-top: 1px solid var(--rule); padding-block: 8px; }
        .heads span:first-child { grid-column: 2; }
        details { border-top: 1px solid var(--rule); } summary { cursor: pointer; list-style: none; }
        summary::-webkit-details-marker { display: none; }
        summary::before { content: "›"; color: var(--quiet); font-weight: 700; } details[open] > summary::before { content: "⌄"; }
        summary:hover { background: var(--mark); } details[open] { background: var(--accent-soft); }
        .date { font-variant-numeric: tabular-nums; color: var(--quiet); } .deal { overflow-wrap: anywhere; }
        .facts { display: block; font-size: 14px; }
        details ol { margin: 0; padding: 2px 24px 16px 72px; } details li { margin: 2px 0; overflow-wrap: anywhere; }
        .status { display: inline-block; font-size: 13px; font-weight: 600; letter-spacing: 0; line-height: 1.4; padding: 2px 10px; border-radius: 999px;
          border: 1px solid var(--rule); color: var(--quiet); vertical-align: middle; } .status.closed { color: var(--ink); border-color: currentColor; }
        .status.approved { color: var(--card); background: var(--accent); border-color: var(--accent); }
        .beside { display: flex; flex-wrap: wrap; gap: 4px 32px; margin: -8px 0 18px; padding: 0 24px; font-size: 14px; color: var(--quiet); }
        .entries dl { margin: 8px 0 0; } .entries dl > div { display: flex; justify-content: space-between; gap: 16px; border-top: 1px solid var(--rule); padding: 10px 0; }
        .entries dd { margin: 0; white-space: nowrap; font-weight: 600; } .entries .facts { overflow-wrap: anywhere; }
        main > h2 { margin: 28px 0 10px; }
        .chart { margin: 12px 0 18px; } .chart figcaption { font-size: 14px; color: var(--quiet); margin-bottom: 8px; }
        .chart svg { width: 100%; height: auto; display: block; overflow: visible; } .chart rect { fill: var(--accent); } .chart rect.minus { fill: var(--minus); }
        .chart text { fill: var(--quiet); font-size: 12px; } .axis { stroke: var(--rule); }
        .skipped dl { margin: 8px 0 0; } .skipped dl > div { border-top: 1px solid var(--rule); padding: 10px 0 2px; margin-top: 8px; }
        .skipped dd { margin: 4px 0 0; overflow-wrap: anywhere; } .remedy { display: block; color: var(--accent); } .skipped > p { margin: 0; }
        code { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--mark); padding: 2px 6px; border-radius: 5px; }
        .pages { display: flex; justify-content: space-between; gap: 16px; margin: 4px 0 18px; } .pages a { text-decoration: none; padding: 10px 0; }
        .pages span { padding: 10px 0; color: var(--quiet); }
        footer { max-width: 1180px; margin: 0 auto; padding: 4px 24px 40px; font-size: 14px; color: var(--quiet); }
        .fresh { margin: 0; } .dot { display: inline-block; width: 8px; height: 8px; border-radius: 50%; background: var(--accent); margin-right: 8px; }
        .stale { color: var(--stale); font-weight: 600; } .stale .dot { background: var(--stale); }

        """

    private static let narrow = """
        @media (max-width: 640px) {
          .bar { padding: 10px 16px; } main { padding: 20px 16px 8px; } footer { padding-inline: 16px; } h1 { font-size: 26px; }
          .card { padding: 16px; } .balance { display: block; } .balance > div { display: flex; justify-content: space-between; gap: 16px; align-items: baseline; padding: 4px 0; }
          .balance dd { font-size: 17px; } .balance .closing { text-align: left; border-top: 1px solid var(--rule); margin-top: 6px; padding-top: 10px; }
          .closing dd { font-size: 24px; } .component { padding: 0; } .component h2 { padding: 14px 16px; } .heads { display: none; }
          summary { grid-template-columns: 14px minmax(0, 1fr) auto; padding: 12px 16px; gap: 0 8px; }
          .deal { grid-column: 2; grid-row: 1; } .earned { grid-column: 3; grid-row: 1; } .date { grid-column: 2; grid-row: 2; font-size: 14px; }
          .credit { grid-column: 3; grid-row: 2; font-size: 14px; color: var(--quiet); }
          details ol { padding: 0 16px 14px 44px; } th, td { padding: 10px; } .search input[type=search] { max-width: none; }
          .wide { display: none; } .chart text { font-size: 22px; transform: translateY(6px); } .beside { padding: 0 16px; } .matrix th:first-child { max-width: 140px; } .forms a:first-of-type { margin-left: 4px; }
        }

        """

    private static let print = """
        @media print {
          :root { --paper: #fff; --card: #fff; --ink: #000; --quiet: #444; --rule: #bbb; --accent: #000; --accent-soft: #fff; --minus: #000; --mark: #fff; }
          body { font-size: 11pt; } .bar nav, .crumbs, .forms, .pages, .search, .skip { display: none; }
          main, footer { max-width: none; padding-inline: 1px; } .bar { padding: 0 0 8pt; } .card { border-radius: 0; break-inside: auto; }
          details, tr, .balance, .entries, .component:not(:has(details:nth-of-type(5))) { break-inside: avoid; } h2, .heads { break-after: avoid; } a { color: inherit; text-decoration: none; }
          summary::before { content: ""; } details::details-content { content-visibility: visible; display: block; }
          .scroll { overflow: visible; } .unit { padding-inline-start: 0; }
        .matrix th:first-child { position: static; } @page { margin: 16mm; }
        }

        """
}
