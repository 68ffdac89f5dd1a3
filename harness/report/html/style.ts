// SPDX-License-Identifier: MIT

const COLOURS = `
:root { --bg: #f4f5f7; --card: #fff; --ink: #1a1f26; --muted: #5c6773; --line: #dde2e8; --code: #f1f3f6;
  --good: #17723a; --good-bg: #e4f4e9; --bad: #b3261e; --bad-bg: #fdeae8; --unsure: #8a5a00; --unsure-bg: #fdf2d8;
  --broken: #6b3fa0; --broken-bg: #f1e9fb; --without: #c2570c; --with: #1d5fd1; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #0f1216; --card: #181c22; --ink: #e4e8ed; --muted: #98a3af; --line: #2c333c; --code: #11151a;
    --good: #58c47c; --good-bg: #12291b; --bad: #ff8a80; --bad-bg: #351614; --unsure: #e6b450; --unsure-bg: #2e2410;
    --broken: #bd9bee; --broken-bg: #251a36; --without: #f59e5b; --with: #7aa8f7; }
}`

const BASE = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 20px 20px 60px; }
h1, h2, h3, h4, h5, p, dl, dd, ul, ol, figure { margin: 0; padding: 0; }
h2 { font-size: 20px; margin: 36px 0 12px; }
h3 { font-size: 17px; margin: 0 0 8px; overflow-wrap: anywhere; }
h4 { font-size: 15px; margin: 18px 0 6px; }
h5 { font-size: 12px; color: var(--muted); font-weight: 600; margin: 10px 0 4px; }
code, pre, .at { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 13px; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: 10px; margin: 6px 0;
  overflow-x: auto; white-space: pre; max-height: 480px; }
summary { cursor: pointer; overflow-wrap: anywhere; }
.muted { color: var(--muted); font-weight: 400; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; margin: 0 0 14px; }
.warn { color: var(--unsure); margin: 8px 0; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 1px 10px; border-radius: 999px; font-weight: 650; font-size: 14px; white-space: nowrap; }
.badge.good { color: var(--good); background: var(--good-bg); } .badge.bad { color: var(--bad); background: var(--bad-bg); }
.badge.unsure { color: var(--unsure); background: var(--unsure-bg); } .badge.broken { color: var(--broken); background: var(--broken-bg); }`

const HERO = `
.hero { border-radius: 12px; border: 1px solid var(--line); border-left: 10px solid var(--tone); background: var(--tint); padding: 20px 24px; }
.hero.good { --tone: var(--good); --tint: var(--good-bg); } .hero.bad { --tone: var(--bad); --tint: var(--bad-bg); }
.hero.unsure { --tone: var(--unsure); --tint: var(--unsure-bg); } .hero.broken { --tone: var(--broken); --tint: var(--broken-bg); }
.verdict { display: flex; align-items: center; gap: 14px; color: var(--tone); font-size: 44px; line-height: 1.1; font-weight: 750; letter-spacing: -.02em; }
.sign { display: inline-grid; place-items: center; width: 48px; height: 48px; border-radius: 50%; background: var(--tone); color: var(--card); font-size: 28px; flex: none; }
.hero h1 { font-size: 19px; font-weight: 600; margin: 10px 0; }
.reasons { list-style: none; margin: 12px 0 16px; }
.reasons li { display: grid; grid-template-columns: 170px 1fr; gap: 2px 16px; padding: 8px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.reasons dl div { display: grid; grid-template-columns: 140px 1fr; gap: 0 12px; } .reasons dt { color: var(--muted); } .reasons dd { font-weight: 600; }
dd.good span { color: var(--good); } dd.bad span { color: var(--bad); } dd.unsure span { color: var(--unsure); } dd.broken span { color: var(--broken); }
.facts { display: flex; flex-wrap: wrap; gap: 6px 26px; font-size: 14px; }
.facts dt { color: var(--muted); font-size: 12px; } .facts dd { font-weight: 600; overflow-wrap: anywhere; }`

const MATRIX = `
.matrix { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); border-radius: 10px; table-layout: fixed; }
.matrix th, .matrix td { text-align: left; vertical-align: top; padding: 10px 14px; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.matrix thead th { font-size: 12px; color: var(--muted); font-weight: 600; border-top: 0; }
.matrix th[scope=row] { font-weight: 400; } .matrix th:first-child { width: 20%; } .matrix th:last-child { width: 16%; }
.leg { display: block; color: inherit; text-decoration: none; border-left: 4px solid var(--c); padding-left: 10px; }
.leg:hover b { text-decoration: underline; } .leg b { color: var(--c); } .none { color: var(--muted); }
.leg.good { --c: var(--good); } .leg.bad { --c: var(--bad); } .leg.unsure { --c: var(--unsure); } .leg.broken { --c: var(--broken); }
.leg .why { display: block; font-size: 13px; color: var(--muted); }
.matrix.bugs th:last-child { width: 20%; } .matrix.shown { margin: 12px 0 0; font-size: 14px; }
.matrix.shown th:nth-child(3) { width: 12%; } .matrix.shown th:nth-child(4) { width: 24%; } .matrix.shown th:nth-child(5) { width: 9%; } .matrix.shown th:last-child { width: 19%; }
.matrix.bugs a { color: var(--with); }`

const PROOF = `
.proof { display: grid; grid-template-columns: 1fr 1fr; gap: 14px; margin: 12px 0; }
.proof-leg { border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; min-width: 0; }
.proof-leg:first-child { border-top: 4px solid var(--without); } .proof-leg:last-child { border-top: 4px solid var(--with); }
.proof-leg h4 { margin: 0 0 4px; } .proof-leg p { font-weight: 600; margin-bottom: 8px; overflow-wrap: anywhere; }
.crash { color: var(--bad); } .clean { color: var(--good); }
.proof-leg dl div, .evidence div { display: flex; justify-content: space-between; gap: 12px; padding: 3px 0; border-top: 1px solid var(--line); font-size: 14px; }
.proof-leg dt, .evidence dt { color: var(--muted); } .proof-leg dd, .evidence dd { font-weight: 600; text-align: right; overflow-wrap: anywhere; min-width: 0; font-variant-numeric: tabular-nums; }
.evidence { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 0 28px; margin: 12px 0; }
.strength { margin: 8px 0; font-weight: 600; } .strength.good span { color: var(--good); } .strength.unsure span { color: var(--unsure); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 16px; margin: 16px 0; }
.chart figcaption { font-size: 13px; font-weight: 600; } .chart > svg { width: 100%; height: auto; display: block; }
.chart text { font: 12.5px system-ui, sans-serif; fill: var(--muted); } .axes line { stroke: var(--line); }
.bands rect { fill: var(--ink); opacity: .035; } .bands rect.odd { opacity: .075; }
.without { --c: var(--without); } .with { --c: var(--with); }
.chart path { stroke: var(--c); stroke-width: 2; fill: none; stroke-linejoin: round; } .chart circle { fill: var(--c); }
.chart .thin path { stroke-width: 1.25; stroke-dasharray: 4 3; } .chart g path.died { stroke: var(--bad); stroke-width: 3; stroke-dasharray: none; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 12px; color: var(--muted); } .legend svg { width: 16px; height: 8px; margin-right: 5px; }`

const DETAIL = `
.cell > summary .why { color: var(--muted); } .findings { list-style: none; margin-top: 12px; } .findings > li { margin-bottom: 14px; } .known { opacity: .75; }
.tag { font-size: 12px; border: 1px solid var(--line); border-radius: 5px; padding: 0 6px; margin-right: 6px; color: var(--muted); }
.tag.bug { color: var(--bad); border-color: var(--bad); }
.detail { white-space: pre-wrap; overflow-wrap: anywhere; }
.splat { border-left: 4px solid var(--bad); padding: 4px 0 4px 14px; margin: 8px 0; overflow-wrap: anywhere; }
.splat-title { font-weight: 650; } .family { color: var(--bad); text-transform: uppercase; font-size: 12px; letter-spacing: .04em; }
.splat .muted { font-size: 13px; } .stack ol { list-style: none; }
.splat details { margin-top: 8px; } .stack li { display: flex; flex-wrap: wrap; gap: 0 10px; padding: 1px 8px; border-radius: 4px; } .stack .at { color: var(--muted); }
.stack .guilty { background: var(--bad-bg); font-weight: 650; } .stack .guilty .at { color: var(--bad); }
.stack .inlined { padding-left: 28px; } .stack .guess, .stack .above code { color: var(--muted); }
.command { position: relative; } .command pre { white-space: pre-wrap; overflow-wrap: anywhere; padding-right: 70px; }
.command button { position: absolute; right: 6px; bottom: 12px; font: 12px system-ui, sans-serif; color: var(--ink);
  background: var(--card); border: 1px solid var(--line); border-radius: 5px; padding: 2px 8px; cursor: pointer; }
.diff { padding: 8px 0; max-height: none; } .row { display: block; padding: 0 10px; } .add { background: var(--good-bg); } .del { background: var(--bad-bg); }
.hunk, .file { color: var(--muted); } .gutter { display: none; user-select: none; }
.measured .gutter { display: inline-block; width: 64px; margin-right: 10px; text-align: right; color: var(--muted); }
.measured .ran { color: var(--good); font-weight: 650; } .measured .idle { color: var(--bad); font-weight: 650; }`

const GRAPH = `
.graph { list-style: none; overflow-x: auto; padding: 10px 14px; }
.graph li { display: flex; align-items: center; gap: 10px; white-space: nowrap; height: 26px; border-radius: 4px; }
.graph .culprit { background: var(--bad-bg); font-weight: 650; } .graph .share { width: 66px; text-align: right; font-variant-numeric: tabular-nums; flex: none; }
.graph meter { width: 90px; flex: none; } .lanes { flex: none; } .lanes path { stroke: var(--muted); stroke-width: 1.5; fill: none; }
.lanes circle { fill: var(--card); stroke: var(--muted); stroke-width: 2; } .lanes circle.good { fill: var(--good); stroke: var(--good); }
.lanes circle.bad { fill: var(--bad); stroke: var(--bad); } .lanes circle.unsure { fill: var(--unsure); stroke: var(--unsure); }
.matrix.plain { table-layout: auto; font-size: 14px; } .matrix.plain th, .matrix.plain td { padding: 5px 12px; width: auto; }`

const SCHEDULE = `
.schedule { overflow-x: auto; } .schedule svg { display: block; min-width: 420px; max-width: 620px; width: 100%; height: auto; }
.schedule svg.c2 { min-width: 830px; max-width: 1180px; } .schedule svg.c3 { min-width: 1230px; max-width: none; }
.schedule text { font: 13px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: var(--ink); }
.schedule .at { font-size: 11px; fill: var(--muted); } .schedule .head { font-weight: 650; } .schedule .left { fill: var(--muted); font-style: italic; }
.schedule .life { stroke: var(--line); stroke-width: 2; stroke-dasharray: 2 5; } .schedule .runs { stroke: var(--c); stroke-width: 4; }
.schedule .t1 { --c: var(--without); } .schedule .t2 { --c: var(--with); } .schedule .t3 { --c: var(--broken); } .schedule .t0 { --c: var(--muted); }
.schedule .dot { fill: var(--c); } .schedule .switch { stroke: var(--ink); stroke-width: 1.5; fill: none; marker-end: url(#arrow); } .schedule .tip { fill: var(--ink); }
.schedule .held { fill: var(--c); opacity: .22; } .schedule .box { fill: var(--bad-bg); stroke: var(--bad); } .schedule .symptom { fill: var(--bad); font-weight: 650; }
.key { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 22px; font-size: 13px; color: var(--muted); margin: 6px 0 12px; } .key b { color: var(--ink); }`

const HISTORY = `
.nights { overflow-x: auto; direction: rtl; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.nights table { direction: ltr; margin: 0 auto 6px 0; border-collapse: separate; border-spacing: 0; font-size: 13px; }
.nights th { font-weight: 400; color: var(--muted); font-size: 12px; } .nights .day { writing-mode: vertical-rl; padding: 8px 2px; text-align: left; white-space: nowrap; }
.nights th:first-child { position: sticky; left: 0; background: var(--card); text-align: left; vertical-align: bottom; min-width: 250px; max-width: 250px;
  padding: 5px 12px; border-right: 1px solid var(--line); overflow-wrap: anywhere; }
.nights th[scope=row] { color: var(--ink); font-size: 13px; border-left: 5px solid var(--c); } .nights th[scope=row] span { display: block; font-size: 12px; }
.nights td { padding: 1px 2px; border-top: 1px solid var(--line); } .nights tbody th { border-top: 1px solid var(--line); }
.nights td span { display: block; width: 22px; line-height: 24px; border-radius: 4px; text-align: center; font-weight: 700; color: var(--c); background: var(--b); }
.nights td.first span { box-shadow: inset 0 0 0 2px var(--c); }
.nights .good { --c: var(--good); --b: var(--good-bg); } .nights .bad { --c: var(--bad); --b: var(--bad-bg); }
.nights .unsure { --c: var(--unsure); --b: var(--unsure-bg); } .nights .broken { --c: var(--broken); --b: var(--broken-bg); }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 12px 18px; } .chart.small text { font-size: 11px; }
.legend path { stroke: var(--c); stroke-width: 2; } .matrix.over { font-size: 14px; } .matrix.over th, .matrix.over td { padding: 8px 12px; } .matrix.over th:first-child { width: 28%; }
.over time { white-space: nowrap; } details > .matrix.over { margin-top: 12px; }`

const NARROW = `
@media (max-width: 720px) {
  main { padding: 10px 10px 40px; } .hero { padding: 14px 14px; border-left-width: 7px; } .verdict { font-size: 30px; gap: 10px; }
  .sign { width: 36px; height: 36px; font-size: 21px; } .hero h1 { font-size: 17px; } .reasons li, .reasons dl div, .proof { grid-template-columns: 1fr; }
  .card { padding: 12px; } .nights th:first-child { min-width: 140px; max-width: 140px; padding: 5px 8px; } .matrix.over th:first-child { width: auto; } .evidence { grid-template-columns: 1fr; }
  .matrix, .matrix tbody, .matrix tr, .matrix td, .matrix th { display: block; width: auto !important; } .matrix thead { display: none; }
  .matrix tr { border-top: 1px solid var(--line); padding: 8px 0; } .matrix tr:first-child { border-top: 0; } .matrix td, .matrix th { border: 0; padding: 4px 12px; }
  .matrix td::before { content: attr(data-label); display: block; font-size: 12px; color: var(--muted); }
}
@media print { details > :not(summary) { display: block; } .command button { display: none; } }`

/** The page's style: light, dark, wide, narrow, printed. */
export const STYLE = [COLOURS, BASE, HERO, MATRIX, PROOF, DETAIL, GRAPH, SCHEDULE, HISTORY, NARROW].join('\n').trim()
