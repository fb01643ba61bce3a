/** Tensors as torch prints them (torch/_tensor_str.py, default print options). */
import type { DType } from './dtype.js'
import { formatShape, numelOf, type Shape } from './shape.js'
import type { Tensor } from './tensor.js'

const LINE_WIDTH = 80
/** Number of elements shown at each end of a summarised dimension. */
const EDGE = 3
/** Tensors with more elements than this are summarised. */
const THRESHOLD = 1000
const PREFIX = 'tensor('

/** `tensor([[1., 2.]], requires_grad=True)`. */
export function format(x: Tensor): string {
  const suffixes: string[] = []
  const body = formatElements(x)
  if (x.numel() === 0 && x.dim() !== 1) suffixes.push(`size=(${x.shape.join(', ')})`)
  const isPlain = x.dtype === 'float32' || (x.dtype === 'bool' && x.numel() > 0)
  if (!isPlain) suffixes.push(`dtype=torch.${x.dtype}`)
  if (x.edge !== null) suffixes.push(`grad_fn=<${gradientName(x.edge.name)}>`)
  else if (x.requires_grad) suffixes.push('requires_grad=True')
  return withSuffixes(PREFIX + body, suffixes)
}

/** `torch.Size([2, 3])`. */
export const formatSize = (shape: Shape): string => `torch.Size(${formatShape(shape)})`

/** `mul` -> `MulBackward0`. */
function gradientName(op: string): string {
  const words = op.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `${words.join('')}Backward0`
}

/** `text` and what follows it, on further lines where a line would be too long, and the closing bracket. */
export function withSuffixes(text: string, suffixes: readonly string[]): string {
  let result = text
  let lastLine = text.length - text.lastIndexOf('\n') + 1
  for (const suffix of suffixes) {
    if (lastLine + suffix.length + 2 > LINE_WIDTH) {
      result += `,\n${' '.repeat(PREFIX.length)}${suffix}`
      lastLine = PREFIX.length + suffix.length
    } else {
      result += `, ${suffix}`
      lastLine += suffix.length + 2
    }
  }
  return `${result})`
}

/** The elements in brackets, to stand `indent` characters from the left. */
export function formatElements(x: Tensor, indentation = PREFIX.length): string {
  if (x.numel() === 0) return '[]'
  const data = x.data()
  const summarised = data.length > THRESHOLD
  /** The shown indices of a dimension; null stands for the dots. */
  const shown = (size: number): (number | null)[] => {
    const run = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i)
    return summarised && size > 2 * EDGE ? [...run(0, EDGE), null, ...run(size - EDGE, size)] : run(0, size)
  }
  const visible: number[] = []
  const collect = (dim: number, offset: number): void => {
    if (dim === x.dim()) {
      visible.push(data[offset])
      return
    }
    const stride = numelOf(x.shape.slice(dim + 1))
    for (const i of shown(x.shape[dim])) if (i !== null) collect(dim + 1, offset + i * stride)
  }
  collect(0, 0)
  const { width, text } = numberFormat(visible, x.dtype)

  const build = (dim: number, offset: number, indent: number): string => {
    if (dim === x.dim()) return text(data[offset])
    const stride = numelOf(x.shape.slice(dim + 1))
    const parts = shown(x.shape[dim]).map((i) =>
      i === null ? ' ...' : build(dim + 1, offset + i * stride, indent + 1),
    )
    if (dim < x.dim() - 1) {
      const lines = parts.map((part) => (part === ' ...' ? '...' : part))
      return `[${lines.join(`,${'\n'.repeat(x.dim() - 1 - dim)}${' '.repeat(indent + 1)}`)}]`
    }
    const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent) / (width + 2)))
    const lines: string[] = []
    for (let i = 0; i < parts.length; i += perLine) lines.push(parts.slice(i, i + perLine).join(', '))
    return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`
  }
  return build(0, 0, indentation)
}

/** Formats numbers to the same width. */
function numberFormat(
  values: readonly number[],
  dtype: DType,
): { width: number; text: (value: number) => string } {
  const write = writer(values, dtype)
  const measured =
    dtype === 'float32' ? values.filter((value) => value !== 0 && Number.isFinite(value)) : values
  // Not Math.max(...): a summary of eight dimensions has more numbers than a call may have arguments.
  const width = measured.reduce((most, value) => Math.max(most, write(value).length), 1)
  return { width, text: (value) => write(value).padStart(width) }
}

function writer(values: readonly number[], dtype: DType): (value: number) => string {
  if (dtype === 'bool') return (value) => (value === 0 ? 'False' : 'True')
  if (dtype !== 'float32') return String
  const sizes = values.filter((value) => value !== 0 && Number.isFinite(value)).map(Math.abs)
  const smallest = sizes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0)
  const integers = sizes.every(Number.isInteger)
  const wide =
    sizes.length > 0 && (largest / smallest > 1000 || largest > 1e8 || (!integers && smallest < 1e-4))
  const digits = (value: number) => {
    if (wide) return value.toExponential(4).replace(/e([+-])(\d)$/, 'e$10$2')
    return integers ? `${value.toFixed(0)}.` : value.toFixed(4)
  }
  return (value) => {
    if (Number.isNaN(value)) return 'nan'
    if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
    return Object.is(value, -0) ? `-${digits(0)}` : digits(value)
  }
}
