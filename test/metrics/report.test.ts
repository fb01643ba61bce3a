import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { untyped } from '../support/errors.js'
import { fixture, restore, type Stored } from '../support/fixture.js'

const { calibration_curve, classification_report } = torch.metrics
const { reports, curves } = fixture<{
  reports: {
    y_true: Stored
    y_pred: Stored
    options: torch.metrics.ReportOptions
    text: string
    lines: Record<string, torch.metrics.ReportLine>
  }[]
  curves: {
    y_true: Stored
    y_prob: Stored
    options: torch.metrics.CalibrationOptions
    prob_true: number[]
    prob_pred: number[]
  }[]
}>('metrics/report')

describe('classification_report is scikit-learn’s', () => {
  test.each(reports)('$options', ({ y_true, y_pred, options, text, lines }) => {
    const given = [restore(y_true), restore(y_pred)] as const
    expect(classification_report(...given, untyped(options))).toBe(text)
    const got = classification_report(...given, { ...options, output_dict: true })
    expect(Object.keys(got)).toEqual(Object.keys(lines))
    for (const [name, line] of Object.entries(lines)) {
      expectClose(Object.values(got[name]), Object.values(line), { relative: 1e-6, absolute: 1e-6 })
    }
  })

  test.each([[['10', '2']], [['a', 'a']]])(
    'the text has a row for each of the names %j, in their order',
    (target_names) => {
      const y = torch.tensor([
        [1, 0],
        [1, 1],
      ])
      const rows = classification_report(y, y, { target_names }).split('\n').slice(2, 5)
      const [first, second] = target_names
      expect(rows.map((row) => row.trim().split(/ +/))).toEqual([
        [first, '1.00', '1.00', '1.00', '2'],
        [second, '1.00', '1.00', '1.00', '1'],
        [''],
      ])
    },
  )

  test('as Markdown', () => {
    const y = torch.tensor([
      [1, 0],
      [1, 1],
    ])
    const target_names = ['a|b\nc', '<i>']
    expect(classification_report(y, y, { target_names, output: 'markdown', digits: 1 })).toBe(
      `| label | precision | recall | f1-score | support |
|:--|--:|--:|--:|--:|
| a&#124;b c | 1.0 | 1.0 | 1.0 | 2 |
| &#60;i&#62; | 1.0 | 1.0 | 1.0 | 1 |
| **micro avg** | 1.0 | 1.0 | 1.0 | 3 |
| **macro avg** | 1.0 | 1.0 | 1.0 | 3 |
| **weighted avg** | 1.0 | 1.0 | 1.0 | 3 |
| **samples avg** | 1.0 | 1.0 | 1.0 | 3 |
`,
    )
    expect(classification_report(y, y, { output: 'dict' })).toEqual(
      classification_report(y, y, { output_dict: true }),
    )
  })

  test('says what is wrong', () => {
    const y = torch.zeros([2, 3])
    expect(() => classification_report(y, torch.zeros([3]))).toThrow('y_pred must be [N, C]')
    expect(() => classification_report(y, torch.zeros([2, 2]))).toThrow('same shape')
    expect(() => classification_report(y, y, { target_names: ['a'] })).toThrow(
      'target_names must be 3 strings',
    )
    expect(() => classification_report(y.add(2), y)).toThrow('Detected the value 2')
  })
})

describe('calibration_curve is scikit-learn’s', () => {
  test.each(curves)('$options', ({ y_true, y_prob, options, ...want }) => {
    const [prob_true, prob_pred] = calibration_curve(restore(y_true), restore(y_prob), options)
    expectClose(prob_true.data(), want.prob_true, { relative: 1e-6 })
    expectClose(prob_pred.data(), want.prob_pred, { relative: 1e-6 })
  })

  test('says what is wrong', () => {
    const y = torch.zeros([3])
    expect(() => calibration_curve(y, torch.zeros([2]))).toThrow('must have one shape')
    expect(() => calibration_curve(y, torch.tensor([0, 2, 1]))).toThrow('values outside [0, 1]')
    expect(() => calibration_curve(torch.tensor([0, 2, 1]), y)).toThrow('y_true must be 0 and 1')
    expect(() => calibration_curve(y, y, { n_bins: 0 })).toThrow('n_bins must be from 1')
    expect(() => calibration_curve(y, y, { strategy: untyped('even') })).toThrow(
      "either 'quantile' or 'uniform'",
    )
  })
})
