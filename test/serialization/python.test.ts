/** Files that go to Python's safetensors and come back. SOFTMARGIN_PYTHON names a Python that has it, where `python3` has not. */
import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { bytesOf } from './contents.js'
import { isThere, run } from './python.js'

/** Reads a file from standard input and writes what Python makes of the tensors in it. */
const REWRITE = `
import sys
from safetensors.numpy import load, save
sys.stdout.buffer.write(save(load(sys.stdin.buffer.read())))
`

/** The same values in types that tensors here do not have. */
const WIDEN = `
import sys
import numpy as np
from safetensors.numpy import load, save
state = load(sys.stdin.buffer.read())
wider = {"float32": np.float64, "int32": np.int64, "uint8": np.uint16, "bool": np.bool_}
sys.stdout.buffer.write(save({name: x.astype(wider[str(x.dtype)]) for name, x in state.items()}))
`

/** What Python reads, as text. */
const DESCRIBE = `
import json, sys, tempfile, os
from safetensors import safe_open
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "x.safetensors")
    with open(path, "wb") as file:
        file.write(sys.stdin.buffer.read())
    with safe_open(path, "np") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        described = {name: [str(x.dtype), list(x.shape), x.reshape(-1).tolist()] for name, x in tensors.items()}
        print(json.dumps({"metadata": file.metadata(), "tensors": described}))
`

function answer(program: string, input: Uint8Array): Uint8Array<ArrayBuffer> {
  const { status, stdout, stderr } = run(program, input)
  expect(status, stderr.toString()).toBe(0)
  return new Uint8Array(stdout)
}

/** Shapes and dtypes from random numbers, with names of every kind. */
function randomState(seed: number) {
  torch.manual_seed(seed)
  const shapes = [[], [1], [7], [3, 5], [2, 0, 3], [2, 3, 4], [1, 1, 2, 2, 1, 1, 2, 1]]
  const names = [
    'weight',
    'layers.0.weight',
    'é',
    '😀',
    '\uffff',
    '\u0000"\\',
    '',
    '__proto__',
    'constructor',
    '10',
  ]
  const state: torch.nn.StateDict = Object.create(null)
  for (const [i, name] of names.entries()) {
    const x = torch.randn(shapes[(i + seed) % shapes.length]).mul(100)
    state[name] = x.to((['float32', 'int32', 'uint8', 'bool'] as const)[(i * seed) % 4])
  }
  return state
}

const seeds = [1, 2, 3, 5, 7, 11]

describe.skipIf(!isThere)('round trips with Python', () => {
  test.each(seeds)('Python writes what it read of ours, byte for byte, seed %i', (seed) => {
    const file = torch.save(randomState(seed))
    expect(answer(REWRITE, file)).toEqual(file)
  })

  test.each(seeds)('Python reads every value and the metadata, seed %i', (seed) => {
    const state = randomState(seed)
    const metadata = { format: 'pt', 'é"\n': '😀\u0000' }
    const read = JSON.parse(new TextDecoder().decode(answer(DESCRIBE, torch.save(state, { metadata }))))
    const described = Object.entries(state).map(([name, x]) => {
      const values = Array.from(x.data(), (value) => (x.dtype === 'bool' ? value !== 0 : value))
      return [name, [x.dtype, x.shape, values]]
    })
    expect(read).toEqual({ metadata, tensors: Object.fromEntries(described) })
  })

  test.each(seeds)('what Python widened is read as it was, seed %i', (seed) => {
    const state = randomState(seed)
    const read = torch.load(answer(WIDEN, torch.save(state)))
    for (const [name, x] of Object.entries(state)) {
      expect(read[name].shape).toEqual(x.shape)
      expect(Array.from(read[name].data())).toEqual(Array.from(x.data()))
    }
  })

  test('an archive of torch.save goes to safetensors', () => {
    const file = torch.save(torch.load(bytesOf('model.pt')))
    expect(file).toEqual(bytesOf('model.safetensors'))
    expect(answer(REWRITE, file)).toEqual(file)
  })
})
