// node run_onnx.mjs <file>: runs each model of a JSON file, [{ model: base64, inputs: { name: { type, dims, data } } }], in
// onnxruntime-web, and prints what each gives, { outputs: [{ name, type, declared, dims, data }] } or { error }, where
// `declared` is the output's shape as the file has it.
import { readFile } from 'node:fs/promises'
import { env, InferenceSession, Tensor } from 'onnxruntime-web'

env.logLevel = 'error'
const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array }

/** Numbers as an array of the type that the input is declared with. */
const arrayOf = (type, data) =>
  type === 'int64' ? BigInt64Array.from(data, BigInt) : arrays[type].from(data)

async function run({ model, inputs }) {
  const session = await InferenceSession.create(Buffer.from(model, 'base64'))
  const declared = new Map(session.inputMetadata.map(({ name, type }) => [name, type]))
  const feeds = Object.entries(inputs).map(([name, { type, dims, data }]) => {
    // Others than int64 must be what they are declared as.
    const own = declared.get(name) === 'int64' ? 'int64' : type
    return [name, new Tensor(own, arrayOf(own, data), dims)]
  })
  const results = await session.run(Object.fromEntries(feeds))
  const outputs = session.outputNames.map((name, i) => {
    const { type, dims, data } = results[name]
    // JSON has no NaN and no infinity.
    return { name, type, declared: session.outputMetadata[i].shape, dims, data: Array.from(data, String) }
  })
  await session.release()
  return { outputs }
}

const results = []
for (const each of JSON.parse(await readFile(process.argv[2], 'utf8'))) {
  results.push(await run(each).catch((error) => ({ error: String(error) })))
}
console.log(JSON.stringify(results))
