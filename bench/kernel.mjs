// The loss by itself on one thread: forward alone, and with its gradient in each of the ways to call it.
import { COPY, checkAgreement, IN_PLACE, LOOP, lossFunctions } from './loss.mjs'
import { measure } from './measure.mjs'

const SHAPES = [
  { rows: 32, classes: 20 },
  { rows: 1024, classes: 100 },
  { rows: 4096, classes: 1000 },
  { rows: 16384, classes: 1000 },
  { rows: 64, classes: 100_000 },
]

console.log(`## The loss by itself: softmargin/loss on Node ${process.version}

Nanoseconds for each element, medians of interleaved rounds. Forward alone, then loss + gradient: on arrays in linear memory
(\`HeapArray\`), with weights, and on arrays that are copied in and out.
`)
for (const [i, shape] of SHAPES.entries()) {
  const functions = lossFunctions(shape)
  checkAgreement(functions)
  const times = measure(functions)
  const names = Object.keys(times)
  if (i === 0) {
    console.log(`| shape | ${names.join(' | ')} | loop / in place | in place / copy |`)
    console.log(`|---|${'---|'.repeat(names.length + 2)}`)
  }
  const elements = shape.rows * shape.classes
  const cells = names.map((name) => ((times[name].median * 1e6) / elements).toFixed(2))
  const ratio = (a, b) => (times[a].median / times[b].median).toFixed(1)
  cells.push(ratio(LOOP, IN_PLACE), ratio(IN_PLACE, COPY))
  console.log(`| ${shape.rows} x ${shape.classes} | ${cells.join(' | ')} |`)
}
