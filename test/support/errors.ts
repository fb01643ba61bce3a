import { describe, expect, test } from 'vitest'
import torch from '../../ts/index.js'
import { fixture } from './fixture.js'

/** For arguments that the types refuse. */
export const untyped = (value: unknown) => value as never

type ErrorClass = new (message: string) => Error

/** Its name, what is done, and the error's class, a part of its sentence, or both: torch's where torch has one. */
export type Refused = readonly [string, () => unknown, ...(ErrorClass | string | RegExp)[]]

export function testRefused(cases: readonly Refused[]): void {
  test.each(cases)('%s', (_name, action, ...wanted) => {
    for (const want of wanted) expect(action).toThrow(want)
  })
}

/** An error of a live torch. */
export interface Sentence {
  name: string
  type: string
  message: string
}

/** The classes of ours that stand for Python's; those of its asserts differ. */
export const errorTypes: Record<string, ErrorClass> = {
  AssertionError: Error,
  IndexError: torch.IndexError,
  KeyError: torch.ValueError,
  RuntimeError: torch.RuntimeError,
  TypeError,
  ValueError: torch.ValueError,
}

/** Holds errors to those of torch in a fixture, each of which has its action; `adapt` makes a sentence ours. */
export function testSentences(
  name: string,
  actions: Record<string, () => unknown>,
  adapt = (message: string) => message,
): void {
  const { errors } = fixture<{ errors: Sentence[] }>(name)
  describe("bad input: torch's sentence", () => {
    test.each(errors)('$name', ({ name, type, message }) => {
      expect(actions[name]).toThrow(adapt(message))
      expect(actions[name]).toThrow(errorTypes[type])
    })
    test('every sentence is checked', () =>
      expect(Object.keys(actions).sort()).toEqual(errors.map(({ name }) => name).sort()))
  })
}
