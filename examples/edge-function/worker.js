import torch from 'softmargin'
import { createModel, FEATURES, TAGS } from './model.js'
import file from './model.safetensors'
import { HttpError, readJson } from './request.js'

const MAX_BYTES = 64 * 1024
const MAX_SONGS = 256

// When the worker starts: no request waits for it.
const model = createModel()
model.load_state_dict(torch.load(new Uint8Array(file)))
model.eval()

const routes = {
  'POST /predict': async (request) => ({ songs: predict(songsOf(await readJson(request, MAX_BYTES))) }),
  'GET /memory': () => torch.wasm.memory(),
}

export default {
  async fetch(request) {
    try {
      const route = routes[`${request.method} ${new URL(request.url).pathname}`]
      if (route === undefined) throw new HttpError(404, `there is ${Object.keys(routes).join(' and ')}`)
      return Response.json(await route(request))
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      return Response.json({ error: error.message }, { status: error.status })
    }
  },
}

/** For each song its tags, and how sure the model is of every tag. */
function predict(songs) {
  const probabilities = torch.no_grad(() => torch.sigmoid(model.forward(torch.tensor(songs)))).tolist()
  return probabilities.map((row) => ({
    tags: TAGS.filter((_, i) => row[i] > 0.5),
    probabilities: Object.fromEntries(TAGS.map((tag, i) => [tag, Number(row[i].toFixed(4))])),
  }))
}

/** Rows of numbers, in the order of FEATURES. */
function songsOf(body) {
  const songs = body?.songs
  if (!Array.isArray(songs)) throw new HttpError(400, 'the body must be {"songs": [...]}')
  if (songs.length < 1 || songs.length > MAX_SONGS) {
    throw new HttpError(400, `there must be 1 to ${MAX_SONGS} songs, but there are ${songs.length}`)
  }
  return songs.map((song, i) =>
    FEATURES.map((name) => {
      const value = song?.[name]
      if (typeof value === 'number' && value >= 0 && value <= 1) return value
      throw new HttpError(
        400,
        `songs[${i}].${name} must be a number from 0 to 1, but is ${JSON.stringify(value)}`,
      )
    }),
  )
}
