import torch from 'softmargin'
import { accuracy, createTagger, train } from './tagger.js'

const STEPS = 200

const element = (id) => document.getElementById(id)
const [clock, progress, result] = ['clock', 'progress', 'result'].map(element)
const buttons = { worker: trainInWorker, page: async () => train(STEPS, showProgress) }

let frames = 0
function drawFrame() {
  clock.textContent = `${++frames} frames`
  requestAnimationFrame(drawFrame)
}
drawFrame()

for (const [id, start] of Object.entries(buttons)) {
  element(id).addEventListener('click', async () => {
    const before = frames
    const tagger = await start()
    const drawn = frames - before
    const right = (100 * accuracy(tagger)).toFixed(1)
    result.textContent = `${drawn} frames were drawn meanwhile; ${right} % of the rows get exactly their tags.`
  })
}

/** Resolves with a tagger of this page that has the weights that the worker found. */
function trainInWorker() {
  const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' })
  return new Promise((resolve, reject) => {
    worker.onerror = reject
    worker.onmessage = ({ data }) => {
      if (data.progress) return showProgress(data.progress)
      worker.terminate()
      const state = data.weights.map(({ name, shape, values }) => [name, torch.tensor(values).reshape(shape)])
      const tagger = createTagger()
      tagger.load_state_dict(Object.fromEntries(state))
      resolve(tagger)
    }
    worker.postMessage({ steps: STEPS })
  })
}

function showProgress({ step, loss }) {
  progress.value = step / STEPS
  result.textContent = `step ${step}: loss ${loss.toFixed(4)}`
}
