// How the time of loss and gradient grows with rows and with classes, for all parties: a table, and growth.svg.
import { writeFileSync } from 'node:fs'
import * as echarts from 'echarts'
import { interleave } from './interleave.mjs'
import { OURS, start } from './parties.mjs'

const ROUNDS = 3
const CLASSES = 100
const ROWS = 64
const panels = [
  {
    title: `rows of ${CLASSES} classes`,
    sizes: [1, 10, 100, 1000, 10_000, 100_000],
    shape: (size) => [size, CLASSES],
  },
  {
    title: `classes of ${ROWS} rows`,
    sizes: [1, 10, 100, 1000, 10_000, 100_000],
    shape: (size) => [ROWS, size],
  },
]
const COLOURS = ['#d9480f', '#f59f00', '#364fc7', '#2b8a3e', '#7048e8']

const { parties } = await start((name) => name !== 'ONNX Runtime')
const names = [...new Set(parties.map(({ name }) => name))]

console.log(`## How the time of loss + gradient grows

![Time over size, both logarithmic](growth.svg)

Milliseconds through the Module and backward, medians of ${ROUNDS} interleaved rounds.
`)
console.log(`| shape | ${names.join(' | ')} |`)
console.log(`|---|${'---|'.repeat(names.length)}`)
for (const panel of panels) {
  panel.times = []
  for (const size of panel.sizes) {
    const shape = panel.shape(size)
    const row = { name: shape.join(' x '), kind: 'loss_gradient', options: { shape } }
    const { medians } = await interleave(parties, row, ROUNDS)
    panel.times.push(medians)
    console.log(
      `| ${[row.name, ...names.map((name) => medians.get(name)?.toPrecision(3) ?? '')].join(' | ')} |`,
    )
  }
}
for (const party of parties) party.end()
writeFileSync(new URL('growth.svg', import.meta.url), draw())

function draw() {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 1000, height: 460 })
  const text = { color: '#333', fontFamily: 'sans-serif', fontSize: 13 }
  const axis = {
    type: 'log',
    nameLocation: 'middle',
    nameTextStyle: text,
    axisLabel: { ...text, formatter: (value) => value.toLocaleString('en') },
    splitLine: { lineStyle: { color: '#e5e5e5' } },
  }
  const sides = [
    { left: 70, width: 405 },
    { left: 560, width: 405 },
  ]
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    legend: { top: 12, itemGap: 32, textStyle: text, data: names },
    grid: sides.map((side) => ({ ...side, top: 60, bottom: 60 })),
    xAxis: panels.map(({ title, sizes }, gridIndex) => ({
      ...axis,
      gridIndex,
      name: title,
      nameGap: 32,
      min: sizes[0],
      max: sizes.at(-1),
    })),
    yAxis: panels.map((_, gridIndex) => ({
      ...axis,
      gridIndex,
      name: 'milliseconds',
      nameGap: 48,
      min: 0.001,
    })),
    series: panels.flatMap(({ sizes, times }, index) =>
      names.map((name, i) => ({
        name,
        type: 'line',
        xAxisIndex: index,
        yAxisIndex: index,
        color: COLOURS[i],
        symbolSize: 6,
        lineStyle: { width: name === OURS ? 3.5 : 2 },
        data: sizes.map((size, place) => [size, times[place].get(name)]).filter(([, time]) => time),
      })),
    ),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}
