import { lossChart, tagChart } from './charts.js'
import type { Evaluation, Example, TagResult } from './evaluation.js'
import { style } from './report_style.js'
import { decimals, thousands } from './table.js'
import type { Training } from './train.js'

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

const figure = (value: string, title: string, note: string): string =>
  `<div class="figure"><strong>${value}</strong><span>${title}</span><small>${note}</small></div>`

function headline({ tuned, untuned, meanAveragePrecision, prior }: Evaluation): string {
  return `<div class="figures">
${figure(decimals(tuned.macroF1), 'macro-F1', `${decimals(untuned.macroF1)} at 0.5 for every tag`)}
${figure(decimals(tuned.microF1), 'micro-F1', `${decimals(untuned.microF1)} at 0.5 for every tag`)}
${figure(decimals(meanAveragePrecision), 'mean average precision', `${decimals(prior)} by guessing`)}
</div>`
}

function tableRow({ label, programs, threshold, tuned, untuned }: TagResult): string {
  const numbers = [
    decimals(threshold, 2),
    ...[tuned.precision, tuned.recall, tuned.f1, untuned.f1].map((value) => decimals(value)),
  ]
  const cells = [thousands(programs), ...numbers].map((number) => `<td>${number}</td>`).join('')
  return `<tr><th scope="row">${escapeHtml(label)}</th>${cells}</tr>`
}

function table(tags: TagResult[]): string {
  const titles = ['tag', 'programs', 'threshold', 'precision', 'recall', 'F1', 'F1 at 0.5']
  return `<div class="wide"><table>
<thead><tr>${titles.map((title) => `<th scope="col">${title}</th>`).join('')}</tr></thead>
<tbody>
${tags.map(tableRow).join('\n')}
</tbody>
</table></div>`
}

function exampleCard({ name, predicted, actual }: Example): string {
  const chip = (kind: string, label: string): string => `<li class="${kind}">${escapeHtml(label)}</li>`
  const chips = [
    ...predicted.map((label) => chip(actual.includes(label) ? 'right' : 'wrong', label)),
    ...actual.filter((label) => !predicted.includes(label)).map((label) => chip('missed', label)),
  ]
  return `<h3>${escapeHtml(name)}</h3>\n<ul class="chips">${chips.join('')}</ul>`
}

const legend = (second: string, accent: string): string =>
  `<p class="legend"><span><i class="second"></i>${second}</span><span><i class="accent"></i>${accent}</span></p>`

/** A page that needs nothing but itself: no script, no font, no picture from elsewhere. */
export function renderReport({ history, bestEpoch }: Training, evaluation: Evaluation): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Tags for Debian programs</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<h1>Tags for Debian programs</h1>
<p>One linear layer under <code>torch.nn.MultiLabelSoftMarginLoss</code>, trained by softmargin on TF-IDF features, judged on
${thousands(evaluation.programs)} programs it has not seen. Each tag has a threshold of its own, tuned on held-out training rows.</p>
</header>
${headline(evaluation)}
<section>
<h2>Loss by epoch</h2>
${legend('training', 'validation')}
<div class="wide" role="img" aria-label="Training and validation loss by epoch">${lossChart(history, bestEpoch)}</div>
</section>
<section>
<h2>F1 by tag</h2>
${legend('threshold 0.5 for every tag', 'a tuned threshold per tag')}
<div class="wide" role="img" aria-label="F1 by tag; the numbers are in the table below">${tagChart(evaluation)}</div>
</section>
<section>
<h2>A few programs of the test set</h2>
<ul class="chips">
<li class="right">proposed, and in the archive</li>
<li class="wrong">proposed only</li>
<li class="missed">in the archive only</li>
</ul>
${evaluation.examples.map(exampleCard).join('\n')}
</section>
<section>
<h2>Every tag</h2>
${table(evaluation.tags)}
</section>
<footer>Data: Debian package metadata and debtags, the Debian project.</footer>
</main>
</body>
</html>
`
}
