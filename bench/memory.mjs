// Peak memory of training steps, with a separate process for each model and party.
import { start } from './parties.mjs'
import { rows } from './rows.mjs'

/** A party that has not finished by then has no result. */
const PATIENCE_MS = 20_000

const steps = rows
  .filter(({ kind, name }) => kind === 'step' && !/linear|32 x 103/.test(name))
  .map(({ name, options }) => ({ name: name.replace('step: ', ''), options }))
const [images] = steps.slice(-1)
steps.push({ name: `${images.name}, Adam`, options: { ...images.options, optimizer: 'adam' } })

console.log(`## Memory of training steps

Peak of the process in MiB (its resident set), in parentheses how much of it is linear memory. Before: after the import.

| | before | ${steps.map(({ name }) => name).join(' | ')} |
|---|---|${'---|'.repeat(steps.length)}`)
const sizes = new Map()
for (const { options } of steps) {
  const { parties } = await start((name) => name !== 'ONNX Runtime', { eager: true })
  for (const party of parties) {
    const cells = sizes.get(party.name) ?? []
    sizes.set(party.name, cells)
    try {
      const { before, peak, linear } = await party.ask('memory', { kind: 'step', options }, PATIENCE_MS)
      if (cells.length === 0) cells.push(mebibytes(before))
      cells.push(peak === null ? '' : mebibytes(peak) + (linear ? ` (${mebibytes(linear)})` : ''))
    } catch {
      cells.push('failed')
    }
    party.end()
  }
}
for (const [name, cells] of sizes) console.log(`| ${name} | ${cells.join(' | ')} |`)

function mebibytes(bytes) {
  return (bytes / 2 ** 20).toFixed(0)
}
