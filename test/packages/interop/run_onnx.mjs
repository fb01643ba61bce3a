// node run_onnx.mjs <file>: runs each model of a JSON file, [{ model: base64, dims, data }], in onnxruntime-web,
// and prints what each gives, [{ declared, dims, data }], where `declared` is the output's shape as the file has it.
import { readFile } from 'node:fs/promises'
import { InferenceSession, Tensor } from 'onnxruntime-web'

const results = []
for (const { model, dims, data } of JSON.parse(await readFile(process.argv[2], 'utf8'))) {
  const session = await InferenceSession.create(Buffer.from(model, 'base64'))
  const [input] = session.inputNames
  const outputs = await session.run({ [input]: new Tensor('float32', data, dims) })
  const output = outputs[session.outputNames[0]]
  const [{ shape: declared }] = session.outputMetadata
  results.push({ declared, dims: output.dims, data: [...output.data] })
  await session.release()
}
console.log(JSON.stringify(results))
