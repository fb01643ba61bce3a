// node run_onnx.mjs <file>: runs each model of a JSON file, [{ model: base64, inputs: { name: { type, dims, data } } }], in
// onnxruntime-web, and prints what each gives, { outputs: [{ name, type, declared, dims, data }] } or { error }, where
// `declared` is the output's shape as the file has it.
import { readFile } from 'node:fs/promises'
import { env, InferenceSession, Tensor } from 'onnxruntime-web'

env.logLevel = 'error'
const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array }

async function run({ model, inputs }) {
  const session = await InferenceSession.create(Buffer.from(model, 'base64'))
  const feeds = Object.entries(inputs).map(([name, { type, dims, data }]) => {
    return [name, new Tensor(type, arrays[type].from(data), dims)]
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
