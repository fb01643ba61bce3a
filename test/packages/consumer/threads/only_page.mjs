// The same without a worker of its own, for bundlers that bring none along.
import './counting.mjs'
import { answer } from './work.mjs'

const report = (answer) => fetch('report', { method: 'POST', body: JSON.stringify(answer) })
addEventListener('error', ({ message }) => report({ page: message }))
answer().then(
  (page) => report({ page }),
  (error) => report({ page: String(error) }),
)
