// node server.js [port]: tags messages, with the model and the thresholds of checkpoint.pt.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import torch from 'softmargin'
import { createModel, FEATURES } from './model.js'

const MAX_BYTES = 64 * 1024
const MAX_MESSAGES = 256

// Before the server listens: no request waits for it.
const {
  model: weights,
  thresholds,
  tags,
} = torch.load(await readFile(new URL('checkpoint.pt', import.meta.url)))
const model = createModel()
model.load_state_dict(weights)
model.eval()

/** What the client did wrong. */
class HttpError extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** The body as JSON. Stops reading where it is longer than allowed, whatever its headers say. */
async function readJson(request) {
  const chunks = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > MAX_BYTES) throw new HttpError(413, `the body must be at most ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)))
  } catch (error) {
    throw new HttpError(400, `the body must be JSON: ${error.message}`)
  }
}

/** Rows of numbers, in the order of FEATURES. */
function rowsOf(body) {
  const messages = body?.messages
  if (!Array.isArray(messages) || messages.length < 1 || messages.length > MAX_MESSAGES)
    throw new HttpError(400, `the body must be {"messages": [...]}, with 1 to ${MAX_MESSAGES} of them`)
  return messages.map((message, i) =>
    FEATURES.map((name) => {
      const value = message?.[name] ?? 0
      if (typeof value === 'number' && value >= 0 && value < 1e6) return value
      throw new HttpError(400, `messages[${i}].${name} must be a count, but is ${JSON.stringify(value)}`)
    }),
  )
}

/** For each message its tags, and how sure the model is of every tag. */
function predict(rows) {
  return torch.no_grad(() => {
    const probabilities = torch.sigmoid(model.forward(torch.tensor(rows)))
    const chosen = probabilities.ge(thresholds).tolist()
    return probabilities.tolist().map((row, i) => ({
      tags: tags.filter((_, tag) => chosen[i][tag]),
      probabilities: Object.fromEntries(tags.map((tag, k) => [tag, Number(row[k].toFixed(4))])),
    }))
  })
}

const routes = {
  'POST /predict': async (request) => ({ messages: predict(rowsOf(await readJson(request))) }),
  'GET /health': () => ({ tags }),
}

const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    // What is left of a body that is too long is not read.
    if (status === 413) response.setHeader('connection', 'close')
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  try {
    const route = routes[`${request.method} ${request.url?.split('?')[0]}`]
    if (route === undefined) throw new HttpError(404, `there is ${Object.keys(routes).join(' and ')}`)
    answer(200, await route(request))
  } catch (error) {
    if (!(error instanceof HttpError)) console.error(error)
    answer(error.status ?? 500, { error: error.status ? error.message : 'something went wrong here' })
  }
})
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${server.address().port}`)
})
// Answers what has begun, then ends.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close())
