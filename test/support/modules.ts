import { describe, expect, test } from 'vitest'
import type torch from '../../ts/index.js'
import { fixture } from './fixture.js'

/** Of a module: its print, and names of what it holds; some fixtures have fewer kinds of names. */
interface Held {
  name: string
  str: string
  state_dict: string[]
  parameters: string[]
  buffers?: string[]
  modules?: string[]
}

export const names = (named: Iterable<[string, unknown]>) => Array.from(named, ([name]) => name)

/** Holds modules to a fixture, which has each of them. */
export function testModules(name: string, modules: Record<string, () => torch.nn.Module>): void {
  const cases = fixture<{ modules: Held[] }>(name).modules
  describe('modules print and name what they hold as torch does', () => {
    test.each(cases)('$name', ({ name, ...held }) => {
      const module = modules[name]()
      expect({
        str: String(module),
        state_dict: Object.keys(module.state_dict()),
        parameters: names(module.named_parameters()),
        buffers: names(module.named_buffers()),
        modules: names(module.named_modules()),
      }).toMatchObject(held)
    })
    test('every fixture is used', () =>
      expect(Object.keys(modules).sort()).toEqual(cases.map(({ name }) => name).sort()))
  })
}
