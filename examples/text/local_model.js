// node local_model.js <folder>: writes the file that transformers.js runs, <folder>/onnx/model.onnx, of the weights that sentence-transformers
// and its Python packages have, <folder>/model.safetensors. Only for models that are BERT, and only where the model's page has no ONNX.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import torch from 'softmargin'
import * as onnx from 'softmargin/onnx'
import { Bert, stateOf } from './bert.js'

const folder = process.argv[2] ?? '.'
const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
if (config.model_type !== 'bert')
  throw new Error(`${folder} has a model of type ${config.model_type}, not bert`)
const model = new Bert(config)
const weights = torch.load(await readFile(join(folder, 'model.safetensors')))
model.load_state_dict(stateOf(weights, config.num_hidden_layers))

const tokens = torch.ones([2, 5], { dtype: torch.int32 })
const axes = { 0: 'batch', 1: 'length' }
const bytes = onnx.export(model, [tokens, tokens, torch.zeros_like(tokens)], {
  input_names: ['input_ids', 'attention_mask', 'token_type_ids'],
  output_names: ['last_hidden_state'],
  int64_inputs: true,
  dynamic_axes: { input_ids: axes, attention_mask: axes, token_type_ids: axes, last_hidden_state: axes },
})
await mkdir(join(folder, 'onnx'), { recursive: true })
await writeFile(join(folder, 'onnx', 'model.onnx'), bytes)
console.log(`onnx/model.onnx: ${(bytes.length / 1e6).toFixed(1)} MB`)
