import { restore, type Stored } from '../support/fixture.js'

/** A state_dict as a fixture holds it: stored tensors and non-finite numbers as what they stand for. */
export function revive(value: unknown): unknown {
  if (value === 'Infinity' || value === '-Infinity' || value === 'NaN') return Number(value)
  if (Array.isArray(value)) return value.map(revive)
  if (typeof value !== 'object' || value === null) return value
  if ('shape' in value && 'data' in value) return restore(value as Stored)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, revive(member)]))
}
