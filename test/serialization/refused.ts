import { expect, test } from 'vitest'
import torch from '../../ts/index.js'

/** A file that must be refused, and a part of the sentence. */
export type RefusedFile = readonly [name: string, file: Uint8Array<ArrayBuffer>, sentence: string]

/** A test for each file: a RuntimeError that says what is wrong. */
export function testRefusedFiles(files: readonly RefusedFile[]): void {
  test.each(files)('%s', (_name, file, sentence) => {
    expect(() => torch.load(file)).toThrow(torch.RuntimeError)
    expect(() => torch.load(file)).toThrow(sentence)
  })
}
