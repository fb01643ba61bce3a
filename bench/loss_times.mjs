// Prints the best times of the loss, the JavaScript loop and the copy as JSON: check.mjs runs it in a separate process.
import { COPY, checkAgreement, IN_PLACE, LOOP, lossFunctions } from './loss.mjs'
import { measure } from './measure.mjs'

const SHAPES = [
  { rows: 32, classes: 20 },
  { rows: 1024, classes: 100 },
  { rows: 4096, classes: 1000 },
]

const times = {}
for (const { rows, classes } of SHAPES) {
  const functions = lossFunctions({ rows, classes }, [IN_PLACE, LOOP, COPY])
  checkAgreement(functions)
  const { [IN_PLACE]: ours, [LOOP]: loop, [COPY]: copy } = measure(functions, 100)
  times[`${rows} x ${classes}`] = { ours: ours.best, loop: loop.best, copy: copy.best }
}
console.log(JSON.stringify(times))
