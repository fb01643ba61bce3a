import { basename, dirname, resolve } from 'node:path'
import { env, pipeline } from '@huggingface/transformers'
import torch from 'softmargin'

/** A tensor of transformers.js as one of softmargin. One copy, from its array into linear memory. */
export const fromTransformers = ({ data, dims }) => torch.from_numpy(data, dims)

/**
 * A function that gives a row of 384 numbers, of length 1, for each text.
 *
 * @param folder of a model on this machine (see local_model.js); without, transformers.js downloads one, once
 */
export async function createEncoder(folder) {
  let model = 'Xenova/all-MiniLM-L6-v2'
  if (folder !== undefined) {
    env.allowRemoteModels = false
    env.localModelPath = `${dirname(resolve(folder))}/`
    model = basename(resolve(folder))
  }
  const extract = await pipeline('feature-extraction', model, { dtype: 'fp32' })
  return async (texts) => fromTransformers(await extract(texts, { pooling: 'mean', normalize: true }))
}

/** Many texts, in batches of nearly the same length, so that little of a batch is padding: [N, 384]. */
export async function encodeAll(encode, texts, on_progress = () => {}) {
  const order = [...texts.keys()].sort((a, b) => texts[a].length - texts[b].length)
  const batches = []
  for (let start = 0; start < order.length; start += 32) {
    batches.push(await encode(order.slice(start, start + 32).map((row) => texts[row])))
    on_progress(Math.min(start + 32, order.length), order.length)
  }
  const places = torch.argsort(torch.tensor(order, { dtype: torch.int32 }))
  return torch.cat(batches).index_select(0, places)
}
