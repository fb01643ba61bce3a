import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { report } from '../../ts/report/index.js'
import { untyped } from '../support/errors.js'

const { functional } = torch.metrics
const generator = () => new torch.Generator().manual_seed(5)

/** Probabilities and targets that agree somewhat. */
function given(rows: number, labels: number): [probabilities: torch.Tensor, targets: torch.Tensor] {
  const random = generator()
  const targets = torch.rand([rows, labels], { generator: random }).lt(0.25).float()
  return [targets.mul(0.4).add(torch.rand([rows, labels], { generator: random }).mul(0.6)), targets]
}

const VOID = ['meta', 'line']

/** Throws unless all tags are closed in order; returns the texts of the elements of one name. */
function elements(page: string, wanted: string): string[] {
  const open: { name: string; from: number }[] = []
  const found: string[] = []
  for (const { 1: slash, 2: name, 3: self, index, 0: tag } of page.matchAll(
    /<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*?)?(\/?)>/g,
  )) {
    if (slash === '') {
      if (self === '' && !VOID.includes(name)) open.push({ name, from: index + tag.length })
      continue
    }
    const last = open.pop()
    if (last?.name !== name) throw new Error(`</${name}> closes <${last?.name}>`)
    if (name === wanted) found.push(page.slice(last.from, index))
  }
  if (open.length > 0) throw new Error(`<${open[0].name}> is not closed`)
  return found
}

const textOf = (markup: string) =>
  markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))
    .replace(/\s+/g, ' ')
    .trim()

/** The cells of the rows of a table, by the label of what holds it. */
function rowsOf(page: string, label: string): string[][] {
  const from = page.indexOf(`aria-label="${label}"`)
  if (from < 0) throw new Error(`nothing is called ${label}`)
  const table = page.slice(from, page.indexOf('</table>', from))
  return Array.from(table.matchAll(/<tr.*?<\/tr>/gs), ([row]) =>
    Array.from(row.matchAll(/<t[hd][ >].*?<\/t[hd]>/gs), ([cell]) =>
      textOf(cell.replace(/<small.*?<\/small>/g, '')),
    ),
  )
}

describe('a report', () => {
  const [probabilities, targets] = given(120, 5)
  const label_names = ['a', 'b', 'c', 'd', 'e']
  const thresholds = [0.3, 0.4, 0.35, 0.45, 0.5]
  const options = { label_names, thresholds, title: 'Five', n_resamples: 20 }
  const page = report(probabilities, targets, options)

  test('is one page that asks for nothing', () => {
    expect(elements(page, 'title')).toEqual(['Five'])
    expect(page.startsWith('<!doctype html>\n<html lang="en">')).toBe(true)
    expect(page).not.toMatch(/<script|<link|<img|<iframe|url\(|@import|src=|href=|\son\w+=/)
    expect(page).toContain(`content="default-src &#39;none&#39;`.replaceAll('&#39;', "'"))
    expect(elements(page, 'h2')).toEqual([
      'Precision, recall and F1',
      'Precision-recall and ROC curves',
      'Calibration',
      'Confusion matrices',
      'Label frequencies',
      'Every label',
    ])
  })

  test('has the numbers of torch.metrics, in one order', () => {
    const common = { num_labels: 5, average: 'none' as const }
    const scores = [
      functional.multilabel_precision(probabilities, targets, { ...common, threshold: thresholds }),
      functional.multilabel_recall(probabilities, targets, { ...common, threshold: thresholds }),
      functional.multilabel_f1_score(probabilities, targets, { ...common, threshold: thresholds }),
      functional.multilabel_average_precision(probabilities, targets, common),
      functional.multilabel_auroc(probabilities, targets, common),
    ].map((x) => [...x.data()])
    const order = [0, 1, 2, 3, 4].sort((a, b) => scores[2][b] - scores[2][a])
    const shown = (columns: number[]) =>
      order.map((i) => [label_names[i], ...columns.map((column) => scores[column][i].toFixed(3))])
    expect(rowsOf(page, 'Precision, recall and F1 by label').slice(1)).toEqual(shown([0, 1, 2]))
    expect(rowsOf(page, 'Areas under the curves by label').slice(1)).toEqual(shown([3, 4]))
    const all = rowsOf(page, 'Every number of every label').slice(1)
    expect(all.map((row) => row[0])).toEqual(order.map((i) => label_names[i]))
    const counts = functional
      .multilabel_confusion_matrix(probabilities, targets, { num_labels: 5, threshold: thresholds })
      .tolist() as unknown as number[][][]
    for (const [i, row] of all.entries()) {
      const [[tn, fp], [fn, tp]] = counts[order[i]]
      expect(row.slice(-4).map(Number)).toEqual([tp, fp, fn, tn])
      expect(row.slice(1, 3).map(Number)).toEqual([tp + fn, tp + fp])
    }
    const figure = (name: string) => textOf(page.slice(page.indexOf(`<dt>${name}`)).split('</div>')[0])
    const macro = functional.multilabel_f1_score(probabilities, targets, {
      num_labels: 5,
      threshold: thresholds,
    })
    expect(figure('macro F1')).toMatch(
      new RegExp(`^macro F1 ${macro.item().toFixed(3)} 95 %: 0\\.\\d+ to 0\\.\\d+ 0\\.\\d+ at 0.5`),
    )
  })

  test('is the same for the same rows, whatever the default generator', () => {
    torch.manual_seed(1)
    const before = torch.get_rng_state()
    expect(report({ probabilities, targets, ...options })).toBe(page)
    expect(torch.get_rng_state()).toEqual(before)
  })

  test('scrolls by keyboard', () => {
    for (const [tag] of page.matchAll(/<div class="scroll.*?>/g)) {
      expect(tag).toMatch(/role="region" aria-label="[^"]+" tabindex="0"/)
    }
    for (const [tag] of page.matchAll(/<svg role.*?>/g)) expect(tag).toMatch(/aria-label="[^"]+"/)
  })

  test('shows losses, examples and suspected labels', () => {
    const more = report(probabilities, targets, {
      ...options,
      history: [
        { epoch: 1, train_loss: 0.5, val_loss: 0.6 },
        { epoch: 2, train_loss: 0.25, val_loss: 0.5 },
      ],
      best_epoch: 2,
      examples: [{ row: 3, name: 'mutt' }, { row: 4 }],
      issues: [{ row: 7, label: 1 }],
    })
    expect(rowsOf(more, 'Loss by epoch').slice(1)).toEqual([
      ['1', '0.5000', '0.6000'],
      ['2', '0.2500', '0.5000'],
    ])
    expect(elements(more, 'h3').map(textOf)).toEqual(['mutt', 'row 4'])
    const [row] = rowsOf(more, 'Suspected label issues').slice(1)
    const at = [targets, probabilities].map((x) => x.select(0, 7).data()[1])
    expect(row).toEqual(['7', 'b', at[0] === 1 ? 'yes' : 'no', at[1].toFixed(3)])
    const mask = torch.zeros([120, 5]).bool()
    mask.select(0, 7).select(0, 1).fill_(1)
    const masked = report(probabilities, targets, { ...options, issues: mask })
    expect(rowsOf(masked, 'Suspected label issues').slice(1)).toEqual([row])
  })
})

test('names are text, whatever they hold', () => {
  const names = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=y>',
    "' onload='x",
    'x'.repeat(5000),
    '',
    '\u0000\ud800 &amp;',
    '\u202eabc',
  ]
  const [x, y] = given(30, names.length)
  const options = {
    n_resamples: 0,
    title: '</title><script>',
    description: '<b>',
    examples: [{ row: 0, name: '<i>' }],
  }
  const page = report(x, y, { ...options, label_names: names })
  expect(page).not.toMatch(/<script|<img|<i>|<b>[^<0-9–]|onload='/)
  expect(elements(page, 'title').map(textOf)).toEqual(['</title><script>'])
  expect(page).not.toMatch(/\p{Cs}/u)
  expect(page).not.toContain('\0')
  const shown = rowsOf(page, 'Every number of every label')
    .slice(1)
    .map(([name]) => name)
  expect(shown).toContain('<script>alert(1)</script>')
  expect(shown).toContain('(no name)')
  expect(shown).toContain('\ufffd\ufffd &amp;')
  expect(Math.max(...shown.map((name) => name.length))).toBeLessThan(100)
})

describe('any rows have a page', () => {
  test('of one label', () => {
    const [x, y] = given(40, 1)
    const page = report(x, y, { label_names: ['only'] })
    const wide = [torch.cat([x, x], 1), torch.cat([y, y], 1)] as const
    const [f1] = functional.multilabel_f1_score(...wide, { num_labels: 2, average: 'none' }).data()
    expect(rowsOf(page, 'Precision, recall and F1 by label')[1][3]).toBe(f1.toFixed(3))
    expect(rowsOf(page, 'Every number of every label')).toHaveLength(2)
  })

  test('of a thousand', () => {
    const page = report(...given(20, 1000), { n_resamples: 2 })
    expect(elements(page, 'summary')).toContain('The other 960 labels')
    expect(rowsOf(page, 'Precision, recall and F1 by label')).toHaveLength(41)
    expect(rowsOf(page, 'Every number of every label')).toHaveLength(1001)
    expect(page.length).toBeLessThan(3e6)
  })

  test('of labels that never occur, missing targets and NaN', () => {
    const x = torch.tensor([
      [0.9, 0.2, Number.NaN],
      [0.4, 0.1, 0.7],
      [0.3, 0.3, 0.3],
    ])
    const y = torch.tensor([
      [1, 0, 1],
      [0, 0, Number.NaN],
      [-1, Number.NaN, -1],
    ])
    const page = report(x, y, { ignore_index: -1 })
    expect(elements(page, 'li').slice(0, 6).map(textOf)).toEqual([
      '1 label never occurs in these rows: scores of 0 say nothing there.',
      '1 label has fewer than 10 rows: its scores are rough.',
      '1 label has no known target.',
      '4 targets of 9 are missing and left out.',
      '1 row has no known target.',
      '1 probability is NaN and left out.',
    ])
    const empty = report(torch.full([2, 2], Number.NaN), torch.full([2, 2], Number.NaN))
    expect(elements(empty, 'h2')).toHaveLength(6)
    expect(empty).not.toContain('NaN%')
  })

  test('of logits', () => {
    const [x, y] = given(50, 3)
    const page = report(torch.logit(x, 1e-4), y, { n_resamples: 0 })
    expect(page).toBe(report(torch.sigmoid(torch.logit(x, 1e-4)), y, { n_resamples: 0 }))
  })
})

test('draws any history, or none', () => {
  const [x, y] = given(4, 2)
  const of = (history: Record<string, number>[], best_epoch: number | null = null) =>
    elements(report(x, y, { history, best_epoch, n_resamples: 0 }), 'h2')[0]
  const long = Array.from({ length: 200_000 }, (_, i) => ({ train_loss: 1 / (i + 1) }))
  expect(of(long)).toBe('Loss by epoch')
  const { NaN: nan, POSITIVE_INFINITY: infinite, MAX_VALUE: most, MIN_VALUE: least } = Number
  for (const loss of [0, least, -1e29, 1e-200])
    expect(of([{ loss }, { loss: 2 * loss }], 9)).toBe('Loss by epoch')
  for (const loss of [nan, infinite, most]) {
    expect(of([{ loss }])).not.toBe('Loss by epoch')
    expect(of([{ loss }, { loss: 1, epoch: loss }], loss)).toBe('Loss by epoch')
  }
  expect(of([])).not.toBe('Loss by epoch')
  expect(of([{ accuracy: 1 }])).not.toBe('Loss by epoch')
})

test('says what is wrong', () => {
  const [x, y] = given(4, 2)
  expect(() => report(x, torch.zeros([4, 3]))).toThrow(
    'report: probabilities and targets must be of one shape [N, C], but got [4, 2] and [4, 3]',
  )
  expect(() => report(torch.zeros([0, 2]), torch.zeros([0, 2]))).toThrow('a row and a label at least')
  expect(() => report(x.int(), y)).toThrow('probabilities must be float32')
  expect(() => report(x, y.add(5))).toThrow('report: targets must be 0, 1 and NaN, but got')
  expect(() => report(x, y, { label_names: ['a'] })).toThrow('label_names must be 2 strings')
  expect(() => report(x, y, { thresholds: [0.5] })).toThrow('one number for each of the 2 labels')
  const ofTrainer = [{ epoch: 0, val_loss: 1, val_f1: [0.5, 0.25] }]
  expect(report(x, y, { history: ofTrainer })).toBe(report(x, y, { history: [{ epoch: 0, val_loss: 1 }] }))
  expect(() => report(x, y, { history: untyped([{ val_f1: ['a'] }]) })).toThrow(
    'history must be objects of numbers',
  )
  expect(() => report(x, y, { history: untyped([{ loss: 'a' }]) })).toThrow(
    'history must be objects of numbers',
  )
  expect(() => report(x, y, { examples: [{ row: 4 }] })).toThrow(
    'row of examples must be an integer from 0 to 3',
  )
  expect(() => report(x, y, { issues: [{ row: 0, label: 2 }] })).toThrow('label of issues must be an integer')
  expect(() => report(x, y, { n_resamples: -1 })).toThrow('n_resamples must be from 0')
  expect(() => report(x, y, untyped({ labels: [] }))).toThrow("unexpected keyword argument 'labels'")
})
