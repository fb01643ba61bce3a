import * as echarts from 'echarts'
import type { Evaluation } from './evaluation.js'
import type { Epoch } from './train.js'

// The page defines these for light and dark; an SVG attribute may hold a custom property.
const ink = 'var(--ink)'
const muted = 'var(--muted)'
const grid = 'var(--line)'
const accent = 'var(--accent)'
const second = 'var(--second)'

const text = { color: ink, fontFamily: 'system-ui, sans-serif', fontSize: 13 }
const valueAxis = {
  type: 'value' as const,
  axisLabel: { ...text, color: muted },
  splitLine: { lineStyle: { color: grid } },
}

// No legend and no measured text: without a browser echarts only guesses how wide a word is.
function draw(width: number, height: number, option: echarts.EChartsOption): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({ animation: false, ...option })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** Training and validation loss by epoch, with the epoch whose weights were kept. */
export function lossChart(history: Epoch[], bestEpoch: number): string {
  const curve = (color: string, values: number[]): echarts.LineSeriesOption => ({
    type: 'line',
    data: values,
    symbol: 'circle',
    symbolSize: 6,
    lineStyle: { width: 2.5, color },
    itemStyle: { color },
  })
  return draw(960, 340, {
    grid: { left: 36, right: 16, top: 24, bottom: 48 },
    xAxis: {
      type: 'category',
      name: 'epoch',
      nameLocation: 'middle',
      nameGap: 30,
      nameTextStyle: { ...text, color: muted },
      data: history.map(({ epoch }) => String(epoch)),
      axisLabel: { ...text, color: muted },
      axisLine: { lineStyle: { color: grid } },
      axisTick: { show: false },
    },
    yAxis: valueAxis,
    series: [
      curve(
        second,
        history.map(({ trainLoss }) => trainLoss),
      ),
      {
        ...curve(
          accent,
          history.map(({ validationLoss }) => validationLoss),
        ),
        markLine: {
          symbol: 'none',
          lineStyle: { color: muted, type: 'dashed' },
          label: { ...text, color: muted, formatter: 'weights kept' },
          data: [{ xAxis: bestEpoch - 1 }],
        },
      },
    ],
  })
}

/** F1 of every tag, best first, at 0.5 and at its tuned threshold. */
export function tagChart({ tags }: Evaluation): string {
  const sorted = [...tags].sort((a, b) => a.tuned.f1 - b.tuned.f1)
  const bars = (color: string, values: number[]): echarts.BarSeriesOption => ({
    type: 'bar',
    data: values,
    barWidth: 8,
    barGap: '15%',
    itemStyle: { color, borderRadius: [0, 3, 3, 0] },
  })
  return draw(960, 32 + tags.length * 30, {
    grid: { left: 190, right: 16, top: 28, bottom: 4 },
    xAxis: { ...valueAxis, min: 0, max: 1, position: 'top' },
    yAxis: {
      type: 'category',
      data: sorted.map(({ label }) => label),
      axisLabel: text,
      axisLine: { show: false },
      axisTick: { show: false },
    },
    series: [
      bars(
        second,
        sorted.map(({ untuned }) => untuned.f1),
      ),
      bars(
        accent,
        sorted.map(({ tuned }) => tuned.f1),
      ),
    ],
  })
}
