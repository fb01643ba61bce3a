// Posts what several threads do here, and then in a worker, to the server that the page came from.
import './counting.mjs'
import { answer } from './work.mjs'

const report = (answer) => fetch('report', { method: 'POST', body: JSON.stringify(answer) })

addEventListener('error', ({ message }) => report({ page: message }))
addEventListener('unhandledrejection', ({ reason }) => report({ page: String(reason) }))
const page = await answer()
const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' })
worker.onerror = ({ message }) => report({ page, worker: message })
worker.onmessage = ({ data }) => report({ page, worker: data })
