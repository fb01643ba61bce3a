/** The charts draw with the same custom properties, so light and dark are decided here alone. */
export const style = `
:root {
  --paper: #fbfbf9; --card: #ffffff; --ink: #1d2329; --muted: #66707a; --line: #e3e5e2;
  --accent: #b5174b; --second: #8fa3b5; --right: #1d6b45; --right-paper: #e3f2e9; --wrong: #9a3d0c; --wrong-paper: #fbeadf;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1c2024; --ink: #e8eaec; --muted: #9aa4ad; --line: #30363c;
    --accent: #ff6f96; --second: #64788a; --right: #84d8aa; --right-paper: #1b3527; --wrong: #f5b084; --wrong-paper: #3d2718;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif }
main { max-width: 64rem; margin: 0 auto; padding: 3rem 1.25rem }
h1 { margin: 0 0 .5rem; font-size: 2.1rem; line-height: 1.2; letter-spacing: -.02em }
h2 { margin: 0 0 1rem; font-size: 1.2rem }
h3 { margin: 1rem 0 .4rem; font-size: 1rem }
header p { max-width: 46rem; margin: 0; color: var(--muted) }
code { font-size: .92em; color: var(--ink) }
section, .figure { background: var(--card); border: 1px solid var(--line); border-radius: 12px }
section { margin-top: 1.25rem; padding: 1.5rem }
svg { display: block; width: 100%; min-width: 38rem; height: auto }
.legend { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: -.5rem 0 .75rem; font-size: .88rem }
.legend i { display: inline-block; width: 1rem; height: .5rem; margin-right: .5rem; border-radius: 2px }
.legend .second { background: var(--second) }
.legend .accent { background: var(--accent) }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1.25rem; margin-top: 2rem }
.figure { display: grid; padding: 1.25rem 1.5rem }
.figure strong { font-size: 2.4rem; line-height: 1.15; letter-spacing: -.02em; font-variant-numeric: tabular-nums; color: var(--accent) }
.figure small, .legend, footer { color: var(--muted) }
.wide { overflow-x: auto }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap }
th, td { padding: .35rem .75rem; border-bottom: 1px solid var(--line); text-align: right }
th:first-child { padding-left: 0; text-align: left; font-weight: 500 }
td:last-child, thead th:last-child { padding-right: 0 }
thead th { color: var(--muted); font-size: .85rem; font-weight: 500 }
tbody tr:last-child > * { border-bottom: 0 }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0; padding: 0; list-style: none }
.chips > * { padding: .1rem .65rem; border: 1px solid transparent; border-radius: 99px; font-size: .88rem }
.right { background: var(--right-paper); color: var(--right) }
.wrong { background: var(--wrong-paper); color: var(--wrong) }
.chips > .missed { border: 1px dashed var(--muted); color: var(--muted) }
footer { margin-top: 2rem; font-size: .9rem }
`
