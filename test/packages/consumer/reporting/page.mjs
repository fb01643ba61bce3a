// Posts what the package prints here and in a worker to the server that the page came from.
import torch from 'softmargin'
import * as loss from 'softmargin/loss'
import { digits } from '../digits.mjs'

const report = (answer) => fetch('report', { method: 'POST', body: JSON.stringify(answer) })

addEventListener('error', ({ message }) => report({ page: message }))
const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' })
worker.onerror = ({ message }) => report({ worker: message })
worker.onmessage = ({ data }) => report({ page: digits(torch, loss), worker: data })
