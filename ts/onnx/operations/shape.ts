/** Views, and elements in other places. */
import type { Shape } from '../../tensor/shape.js'
import type { Strides } from '../../tensor/strides.js'
import type { Converters } from '../convert.js'
import type { Given, Site } from '../site.js'
import { dimsOf, isFixed, type Varying } from '../sizes.js'

type Rule = (shape: Shape, strides: Strides) => { shape: Shape; strides: Strides; offset: number }

/** Where a view reads: for each dimension of the input where it starts, and how far a step along each of its own goes. */
interface Reading {
  readonly starts: readonly number[]
  readonly steps: readonly (readonly number[])[]
}

/** What a rule does with strides, each of which is 1 once while all others are 0. */
function readingOf(rule: Rule, shape: Shape): Reading {
  const units = shape.map((_, dim) =>
    rule(
      shape,
      shape.map((_, i) => Number(i === dim)),
    ),
  )
  return { starts: units.map(({ offset }) => offset), steps: units.map(({ strides }) => strides) }
}

/** A vector of int64, or null where it is not fixed and does not follow from other sizes. */
const vector = (site: Site, size: Varying): string => site.sizes.vector(size) ?? site.failOfSizes()

/** The dimensions of the input in the order of the result, or null for a new one: what a rule does with sizes that all differ. */
function kept(site: Site): (number | null)[] {
  const sizes = Array.from({ length: site.rank() }, (_, dim) => dim + 2)
  const of = (rule: Rule) =>
    rule(
      sizes,
      sizes.map(() => 1),
    ).shape.map((size) => (size === 1 ? null : size - 2))
  return site.agreed('dimensions', (run) => of(site.given.options[run] as Rule))
}

const readings = (site: Site): Reading[] =>
  site.given.options.map((rule, run) => readingOf(rule as Rule, site.shapes()[run]))

const permuted = (site: Site): string =>
  site.add('Transpose', [site.in(0)], { perm: kept(site).map((dim) => dim ?? 0) })

const unsqueezed = (site: Site): string =>
  site.add('Unsqueeze', [site.in(0), site.integers([kept(site).indexOf(null)])])

function squeezed(site: Site): string {
  const stays = kept(site)
  const gone = Array.from({ length: site.rank() }, (_, dim) => dim).filter((dim) => !stays.includes(dim))
  return gone.length === 0 ? site.in(0) : site.add('Squeeze', [site.in(0), site.integers(gone)])
}

function expand(site: Site): string {
  const [from, to] = [dimsOf(site.shapes()), dimsOf(site.result.shapes)]
  const missing = to.length - from.length
  // 1 keeps a size.
  const target = to.map((size, dim) =>
    dim >= missing && from[dim - missing].every((each, run) => each === size[run]) ? size.map(() => 1) : size,
  )
  return site.add('Expand', [site.in(0), site.sizes.list(target, () => site.failOfSizes())])
}

/** Every `step`-th element of a part of a dimension. */
function slice(site: Site): string {
  let x = site.in(0)
  const results = dimsOf(site.result.shapes)
  const each = readings(site)
  for (let dim = 0; dim < site.rank(); dim++) {
    const starts = each.map((reading) => reading.starts[dim])
    const step = site.agreed('a step', (run) => each[run].steps[dim][dim])
    const size = site.size(dim)
    const length = results[dim]
    if (step === 1 && starts.every((start) => start === 0) && length.every((own, run) => own === size[run]))
      continue
    const ends = starts.map((start, run) => start + (length[run] - 1) * step + 1)
    x = site.add('Slice', [
      x,
      vector(site, starts),
      vector(site, ends),
      site.integers([dim]),
      site.integers([step]),
    ])
  }
  return x
}

/** Elements at one index of some dimensions, which are gone. */
function select(site: Site): string {
  const [first] = site.given.options
  const rows = site.shapes().map(([, ...row]) => row.reduce((product, size) => product * size, 1))
  const gone: { dim: number; index: Varying }[] = []
  if (typeof first === 'number') {
    const offsets = site.given.options as readonly number[]
    gone.push({ dim: 0, index: offsets.map((offset, run) => (rows[run] === 0 ? 0 : offset / rows[run])) })
  } else {
    const stays = kept(site)
    const each = readings(site)
    for (let dim = site.rank() - 1; dim >= 0; dim--)
      if (!stays.includes(dim)) gone.push({ dim, index: each.map(({ starts }) => starts[dim]) })
  }
  return gone.reduce((x, { dim, index }) => {
    if (isFixed(index)) return site.add('Gather', [x, site.numbers([index[0]], [], 'int32')], { axis: dim })
    return site.add('Squeeze', [
      site.add('Gather', [x, vector(site, index)], { axis: dim }),
      site.integers([dim]),
    ])
  }, site.in(0))
}

/** Windows of dimensions, as those of `unfold`. */
function windowed(site: Site): string {
  const each = readings(site)
  const [{ starts, steps }] = each
  const results = dimsOf(site.result.shapes)
  const walks = steps.map((step) => results.flatMap((_, to) => (step[to] !== 0 ? [to] : [])))
  if (new Set(walks.flat()).size !== results.length || walks.flat().length !== results.length)
    site.fail('has no form in ONNX here')
  let x = site.in(0)
  const order = walks.flat()
  for (const [dim, along] of walks.entries()) {
    const axis = walks.slice(0, dim).flat().length
    const [to] = along
    const isWhole = along.length === 1 && starts[dim] === 0 && steps[dim][to] === 1
    if (isWhole && results[to].every((size, run) => size === site.size(dim)[run])) continue
    if (!along.every((place) => isFixed(results[place]))) site.fail(`takes one size of dimension ${dim}`)
    const sizes = along.map((place) => results[place][0])
    const indices = along.reduce<number[]>(
      (all, place) =>
        all.flatMap((at) => Array.from({ length: results[place][0] }, (_, i) => at + i * steps[dim][place])),
      [starts[dim]],
    )
    x = site.add('Gather', [x, site.numbers(indices, sizes, 'int32')], { axis })
  }
  return site.add('Transpose', [x], { perm: results.map((_, to) => order.indexOf(to)) })
}

function reshape(site: Site): string {
  return site.reshape(site.in(0), site.given.inputs[0], dimsOf(site.result.shapes))
}

/** Joins what is not an empty vector. */
function cat(site: Site): string {
  const parts = site.given.inputs.filter(
    ({ shapes }) => !shapes.every((shape) => shape.length === 1 && shape[0] === 0),
  )
  if (parts.length === 1) return parts[0].name()
  return site.add(
    'Concat',
    parts.map((part) => part.name()),
    { axis: site.option<number>('dim') },
  )
}

/** torch lists the padding of the last dimension first. */
function pad(site: Site): string {
  const padding = site.option<readonly number[]>('padding')
  const mode = site.option<string>('mode')
  const rank = site.rank()
  const ends = [0, 1].map((end) =>
    Array.from({ length: rank }, (_, dim) => padding[2 * (rank - 1 - dim) + end] ?? 0),
  )
  if (mode === 'circular') return wrapped(site, ends[0], ends[1])
  const pads = site.integers(ends.flat())
  if (mode !== 'constant')
    return site.add('Pad', [site.in(0), pads], { mode: mode === 'reflect' ? 'reflect' : 'edge' })
  const value = Number((site.given.options[0] as { value: number }).value)
  return site.add('Pad', [site.in(0), pads, site.numbers([value], [], site.dtype())], { mode: 'constant' })
}

/** The ends of each dimension joined to the other ones. */
function wrapped(site: Site, before: readonly number[], after: readonly number[]): string {
  let x = site.in(0)
  for (const [dim, head] of before.entries()) {
    const tail = after[dim]
    if (head < 0 || tail < 0) site.fail('wraps around and cuts')
    const ends = (start: number, end: number) =>
      site.add('Slice', [x, site.integers([start]), site.integers([end]), site.integers([dim])])
    const parts = [head > 0 ? ends(-head, 2 ** 31) : '', x, tail > 0 ? ends(0, tail) : '']
    if (head + tail > 0)
      x = site.add(
        'Concat',
        parts.filter((part) => part !== ''),
        { axis: dim },
      )
  }
  return x
}

/** Several indices of dimensions that are the first ones, or one index of any. */
function index(site: Site): string {
  const dims = site.agreed('dimensions', (run) => site.given.options[run] as readonly number[])
  if (dims.length === 1) return site.add('Gather', [site.in(0), site.in(1)], { axis: dims[0] })
  if (dims.some((dim, i) => dim !== i))
    site.fail('with indices of other than the first dimensions has no form in ONNX here')
  const last = (given: Given) =>
    site.add('Unsqueeze', [given.name(), site.integers([given.shapes[0].length])])
  const [, ...indices] = site.given.inputs
  const [first] = indices
  if (indices.some(({ shapes }) => String(shapes) !== String(first.shapes)))
    site.fail('with indices of different shapes has no form in ONNX here')
  const all = site.add('Concat', indices.map(last), { axis: first.shapes[0].length })
  return site.add('GatherND', [site.in(0), site.add('Cast', [all], { to: 7 })])
}

/** Neighbouring dimensions from their ends to their starts. */
function flip(site: Site): string {
  const [first, end] = [site.option<number>('dim'), site.option<number>('end')]
  const dims = Array.from({ length: end - first }, (_, i) => first + i)
  const all = (value: number) => site.integers(dims.map(() => value))
  return site.add('Slice', [site.in(0), all(-1), all(-(2 ** 31)), site.integers(dims), all(-1)])
}

/** A dimension from `start` on, and then what is before. */
function roll(site: Site): string {
  const dim = site.option<number>('dim')
  const starts = site.given.options.map((options) => (options as { start: number }).start)
  const [x, at, axes] = [site.in(0), vector(site, starts), site.integers([dim])]
  const head = site.add('Slice', [x, site.integers([0]), at, axes])
  return site.add('Concat', [site.add('Slice', [x, at, site.integers([2 ** 31]), axes]), head], { axis: dim })
}

export const shape: Converters = {
  flip,
  roll,
  reshape,
  expand,
  unsqueeze: unsqueezed,
  squeeze: squeezed,
  permute: permuted,
  transpose: permuted,
  t: permuted,
  slice,
  diagonal: windowed,
  unfold: windowed,
  windows: windowed,
  select,
  cat,
  pad,
  index,
  take_rows: (site) =>
    site.add('Gather', [site.in(0), site.in(1)], {
      axis: site.agreed('dim', (run) => site.given.options[run] as number),
    }),
  take_elements: (site) =>
    site.add('GatherElements', [site.in(0), site.in(1)], {
      axis: site.agreed('dim', (run) => site.given.options[run] as number),
    }),
  embedding: (site) => site.add('Gather', [site.in(1), site.in(0)], { axis: 0 }),
  split_heads: (site) => {
    const parts = site.option<number>('parts')
    const [heads, isFirst] = [site.option<number>('heads'), site.option<boolean>('batchFirst')]
    const pieces = parts === 1 ? [site.in(0)] : site.addEach('Split', [site.in(0)], parts, { axis: 2 })
    const perm = isFirst ? [0, 2, 1, 3] : [1, 2, 0, 3]
    return pieces.map((piece) => {
      const split = site.add('Reshape', [piece, site.integers([0, 0, heads, -1])])
      return site.add('Transpose', [split], { perm })
    })
  },
}
