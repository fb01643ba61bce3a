import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import torch from 'softmargin'
import { tfIdfRows } from './tf_idf.js'

/** All that is needed to tag a program: the layer, the idf its rows are made with, the threshold of each tag. */
export interface Tagger {
  model: torch.nn.Linear
  idf: Float32Array
  thresholds: Float32Array
  /** For programs of which only a description is known: probabilities are lower there. */
  descriptionThreshold: number
}

interface Saved extends Record<'weight' | 'bias' | 'idf' | 'thresholds', string> {
  descriptionThreshold: number
}

/** Probabilities of every tag, one row per list of features: [rows, tags]. */
export function probabilities(model: torch.nn.Linear, idf: Float32Array, rows: number[][]): torch.Tensor {
  const features = torch.tensor(tfIdfRows(rows, idf)).reshape([rows.length, idf.length])
  return torch.no_grad(() => torch.sigmoid(model.forward(features)))
}

const encode = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')
// Decoded into a buffer of its own: Node's pooled ones need not lie on a multiple of four bytes.
const decode = (text: string): Float32Array =>
  new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)

export function saveTagger(path: string, { model, idf, thresholds, descriptionThreshold }: Tagger): void {
  const { weight, bias } = model.state_dict()
  const saved: Saved = {
    weight: encode(weight.data()),
    bias: encode(bias.data()),
    idf: encode(idf),
    thresholds: encode(thresholds),
    descriptionThreshold,
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(saved, null, 1)}\n`)
}

/** Weight, bias, idf and thresholds; undefined if the text is not such a file. */
function decodeAll(text: string): { arrays: Float32Array[]; descriptionThreshold: number } | undefined {
  try {
    const { weight, bias, idf, thresholds, descriptionThreshold } = JSON.parse(text) as Saved
    return { arrays: [weight, bias, idf, thresholds].map(decode), descriptionThreshold }
  } catch {
    return undefined
  }
}

/** Undefined when there is no saved tagger, or none that fits this vocabulary: then one has to be trained. */
export function loadTagger(path: string, features: number, tags: number): Tagger | undefined {
  const saved = existsSync(path) ? decodeAll(readFileSync(path, 'utf8')) : undefined
  const sizes = [features * tags, tags, features, tags]
  if (saved === undefined || sizes.some((size, index) => saved.arrays[index].length !== size))
    return undefined
  const [weight, bias, idf, thresholds] = saved.arrays
  const model = new torch.nn.Linear(features, tags)
  model.load_state_dict({ weight: torch.tensor(weight).reshape([tags, features]), bias: torch.tensor(bias) })
  return { model, idf, thresholds, descriptionThreshold: saved.descriptionThreshold }
}
