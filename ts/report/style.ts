/** Charts draw with these colours too, which people who confuse colours tell apart; light and dark are decided here alone. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfc; --ink: #1b2025; --muted: #5b656e; --line: #e4e6e4; --track: #eceeec;
  --first: #0b66a8; --second: #7b8a97; --third: #c2570c; --fourth: #0a7a5c;
  --right: 10, 122, 92; --wrong: 194, 87, 12;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --ink: #e9ebed; --muted: #a0aab3; --line: #2c3238; --track: #262b30;
    --first: #62b0ea; --second: #8697a5; --third: #f0995a; --fourth: #4fc3a0;
    --right: 79, 195, 160; --wrong: 240, 153, 90;
  }
}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif }
main { max-width: 66rem; margin: 0 auto; padding: clamp(2rem, 6vw, 4.5rem) clamp(1rem, 4vw, 2rem) 4rem }
h1 { margin: 0 0 .6rem; font-size: clamp(1.7rem, 4vw, 2.3rem); line-height: 1.2; letter-spacing: -.02em; text-wrap: balance; overflow-wrap: anywhere }
h2 { margin: 0 0 .5rem; font-size: 1.3rem; letter-spacing: -.01em }
h3 { margin: 1.75rem 0 .5rem; font-size: 1rem; overflow-wrap: anywhere }
p { max-width: 44rem; margin: 0 0 1.25rem; color: var(--muted) }
section { margin-top: clamp(3rem, 7vw, 4.5rem) }
bdi { overflow-wrap: anywhere }
.notes { max-width: 44rem; margin: 1.5rem 0 0; padding-left: 1.1rem; color: var(--muted) }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1.75rem 1.5rem; margin: 2.5rem 0 0 }
.figures div { border-top: 2px solid var(--ink); padding-top: .6rem }
.figures dt { color: var(--muted); font-size: .92rem; white-space: nowrap }
.figures dd { display: grid; margin: 0 }
.figures strong { font-size: 2.3rem; font-weight: 600; line-height: 1.2; letter-spacing: -.02em; font-variant-numeric: tabular-nums }
small { color: var(--muted); font-size: .85rem; font-variant-numeric: tabular-nums }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0 0 .5rem; font-size: .9rem }
.legend i { display: inline-block; width: 1.4rem; margin-right: .5rem; border-top: 3px solid; vertical-align: .25em }
i.first { color: var(--first) } i.second { color: var(--second) } i.third { color: var(--third) } i.fourth { color: var(--fourth) }
.legend i.second { border-top-style: dashed }
.plot { height: 17rem; padding: 2rem .75rem 3rem 2.6rem; font-size: .8rem }
.pair > .plot { height: 22rem }
.plot.small { height: 14rem }
.pair > .plot.small { height: 16rem }
.plot > svg { display: block; width: 100%; height: 100%; overflow: visible }
.plot text { fill: var(--muted); font-variant-numeric: tabular-nums }
.plot .y, .plot .end { text-anchor: end } .plot .x { text-anchor: middle }
.grid { stroke: var(--line) }
.mark { stroke: var(--muted); stroke-dasharray: 2 3 }
path { fill: none; stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke }
path.first { stroke: var(--first) } path.second { stroke: var(--second); stroke-dasharray: 6 4 }
path.third { stroke: var(--third) } path.fourth { stroke: var(--fourth) }
path.faint { stroke: var(--first); stroke-width: 1.25; opacity: .45 }
path.guess { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 4 4 }
circle { fill: var(--first); stroke: var(--paper); stroke-width: 2 }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1rem 2.5rem; align-items: center }
.panels { display: grid; gap: 2rem; margin-top: 1.5rem }
figure { margin: 0 } figure .pair { gap: 0 2.5rem }
figcaption { font-weight: 600 }
.scroll { overflow: auto; overscroll-behavior-x: contain }
.scroll.long { max-height: 32rem }
:focus-visible { outline: 2px solid var(--first); outline-offset: 3px; border-radius: 2px }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap }
th:first-child { padding-left: 0; text-align: left; font-weight: 500 }
tbody th:first-child { min-width: 8rem; max-width: 18rem; white-space: normal }
td:last-child, th:last-child { padding-right: 0 }
thead th { color: var(--muted); font-size: .85rem; font-weight: 500; vertical-align: bottom }
.long thead th { position: sticky; top: 0; background: var(--paper) }
.bars { table-layout: fixed }
.bars th:first-child { width: 30%; padding-right: 1rem; overflow-wrap: anywhere }
.bars td, .bars thead th:not(:first-child) { padding: .35rem 0 .35rem 1.25rem; text-align: left }
.bars td { white-space: nowrap }
.bars td small { display: none }
.bars b { display: inline-block; width: 3.2rem; text-align: right; font-weight: 500; font-size: .9rem }
.bar { display: inline-block; width: calc(100% - 3.2rem); height: .6rem; border-radius: 2px; background: var(--track); overflow: hidden }
.bar i { display: block; width: var(--share); height: 100%; background: currentColor }
.matrices { display: grid; grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr)); gap: 2rem 2.5rem }
.matrix { align-self: start; table-layout: fixed; font-size: .9rem }
.matrix caption { padding-bottom: .4rem; text-align: left; font-weight: 600; overflow-wrap: anywhere }
.matrix th, .matrix td { padding: .4rem; border: 0; text-align: right }
.matrix thead td, .matrix tbody th:first-child { width: 3.5rem; min-width: 0; padding-left: 0; text-align: left; color: var(--muted) }
.matrix tbody td { border: 2px solid var(--paper) }
.matrix .right { background: rgb(var(--right), calc(var(--share) * .35)) } .matrix .wrong { background: rgb(var(--wrong), calc(var(--share) * .35)) }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0; padding: 0; list-style: none }
.chips li { max-width: 100%; padding: .1rem .7rem; border: 1px solid transparent; border-radius: 1rem; font-size: .9rem }
.chips .right { background: rgb(var(--right), .14) } .chips .wrong { background: rgb(var(--wrong), .16) }
.chips .missed { border: 1px dashed var(--muted); color: var(--muted) }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
details { margin-top: 1.25rem }
summary { padding: .35rem 0; color: var(--first); cursor: pointer }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--muted); font-size: .9rem }
@media (max-width: 40rem) {
  .figures div { display: grid; align-content: space-between } .figures dt { white-space: normal }
  .bars, .bars tbody { display: block }
  .bars thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  .bars tr { display: grid; grid-template-columns: repeat(var(--columns), 1fr); gap: 0 1rem; padding: .55rem 0; border-bottom: 1px solid var(--line) }
  .bars th:first-child { grid-column: 1 / -1; width: auto; max-width: none; padding: 0 0 .2rem; border: 0 }
  .bars td { padding: 0; border: 0; display: grid; grid-template-columns: 1fr auto; align-items: baseline }
  .bars td small { display: block; font-size: .78rem } .bars b { width: auto }
  .bar { grid-column: 1 / -1; width: 100%; grid-row: 2 }
}
@media print { details > :not(summary) { display: block } .scroll { max-height: none; overflow: visible } }
`
