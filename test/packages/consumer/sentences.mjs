// node sentences.mjs <model> <sentence>...: what examples/text makes of sentences, as JSON.
import { createEncoder, encodeAll } from './text/embed.js'

const [model, ...sentences] = process.argv.slice(2)
const encode = await createEncoder(model)
const [together, sorted] = [await encode(sentences), await encodeAll(encode, sentences)]
console.log(JSON.stringify({ together: together.tolist(), sorted: sorted.tolist() }))
