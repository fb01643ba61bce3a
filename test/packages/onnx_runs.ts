/** Runs of exported models in onnxruntime-web. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import torch from '../../ts/index.js'
import { expectClose } from '../support/close.js'
import { folder } from './consumer.js'
import { execute } from './execute.js'

export interface Output {
  readonly name: string
  readonly type: string
  readonly declared: readonly (number | string)[]
  readonly dims: number[]
  readonly data: readonly string[]
}

/** What a run gave, or the error of one that failed. */
export type Result = { readonly outputs: readonly Output[] } | { readonly error: string }

/** What onnxruntime-web gives for exported models, each with its inputs. */
export async function runAll(
  name: string,
  runs: readonly { bytes: Uint8Array; inputs: Readonly<Record<string, torch.Tensor>> }[],
): Promise<Result[]> {
  const file = join(folder, `${name}.json`)
  const given = runs.map(({ bytes, inputs }) => {
    const entries = Object.entries(inputs).map(([key, x]) => {
      return [key, { type: x.dtype, dims: x.shape, data: [...x.data()] }]
    })
    return { model: Buffer.from(bytes).toString('base64'), inputs: Object.fromEntries(entries) }
  })
  await writeFile(file, JSON.stringify(given))
  const script = join(import.meta.dirname, 'interop', 'run_onnx.mjs')
  return JSON.parse(await execute(process.execPath, [script, file]))
}

/** Fails unless the outputs are the tensors, in the shapes that the file declares. */
export function expectSame(result: Result, wanted: readonly torch.Tensor[]): void {
  if ('error' in result) throw new Error(result.error)
  expect(result.outputs.length).toBe(wanted.length)
  for (const [i, { declared, dims, data, type }] of result.outputs.entries()) {
    expect({ dims, type }).toEqual({ dims: wanted[i].shape, type: wanted[i].dtype })
    expect(declared.map((dim, k) => (typeof dim === 'number' ? dim : dims[k]))).toEqual(dims)
    const numbers = data.map((value) => (value === 'true' ? 1 : value === 'false' ? 0 : Number(value)))
    expectClose(numbers, [...wanted[i].data()], { relative: 2e-5, absolute: 2e-5 })
  }
}

/** The tensors of an output, in order. */
export function tensorsOf(output: unknown): torch.Tensor[] {
  if (output instanceof torch.Tensor) return [output]
  if (output === null) return []
  return Object.values(output as object).flatMap(tensorsOf)
}
