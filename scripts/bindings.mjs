// What TypeScript knows of the crate's bindings, from what wasm-bindgen says of them: build/bindings/
//   kernels   the type of the module's exports; the numbers of codes and the order of dims, by name
//   calls     each kernel called with its arguments by name, in the order that the crate declares
//   parameters   their names and which are integers, for the debug build
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { exportTypes } from './export_types.mjs'
import { inProject, readProjectFile } from './project.mjs'
import { stage } from './stage.mjs'

const folder = 'build/bindings'
const declarations = 'build/wasm/softmargin.d.ts'
const module = 'build/wasm/softmargin_bg.wasm'

/** Writes build/bindings, where the bindings have changed. */
export function describeBindings() {
  const files = ['kernels', 'calls', 'parameters'].flatMap((name) => [`${name}.js`, `${name}.d.ts`])
  const outputs = files.map((file) => `${folder}/${file}`)
  const inputs = [
    declarations,
    module,
    'scripts/bindings.mjs',
    'scripts/export_types.mjs',
    'package-lock.json',
  ]
  return stage({ name: 'bindings', inputs, outputs }, async () => {
    const text = readProjectFile(declarations).replace(/\/\*[\s\S]*?\*\//g, '')
    const kernels = [...kernelsIn(text)]
    const written = {
      kernels: [...enumsIn(text).map(numbers), kernelsType(kernels)],
      calls: [header, ...kernels.map(call)],
      parameters: [parameters(kernels, await exportTypes(readFileSync(inProject(module))))],
    }
    mkdirSync(inProject(folder), { recursive: true })
    for (const [name, parts] of Object.entries(written)) {
      write(`${name}.js`, parts.map(({ code }) => code).filter(Boolean))
      write(
        `${name}.d.ts`,
        parts.map(({ types }) => types),
      )
    }
  })
}

const write = (file, lines) => writeFileSync(inProject(folder, file), `${lines.join('\n')}\n`)

/** What wasm-bindgen adds for a JavaScript of its own. */
const glue = ['initSync', '__wbg_init']

function* kernelsIn(text) {
  for (const [, name, list, result] of text.matchAll(/export function (\w+)\(([^)]*)\): (\w+);/g)) {
    if (glue.includes(name)) continue
    const parameters = list
      .split(', ')
      .filter(Boolean)
      .map((parameter) => parameter.split(': '))
    yield { name, parameters, result: result === 'boolean' ? 'number' : result }
  }
}

function enumsIn(text) {
  return [...text.matchAll(/export enum (\w+) \{([^}]*)\}/g)].map(([, name, body]) => ({
    name,
    variants: [...body.matchAll(/(\w+) = (\d+)/g)].map(([, variant, number]) => [variant, number]),
  }))
}

const numbers = ({ name, variants }) => ({
  code: `export const ${name} = { ${variants.map((variant) => variant.join(': ')).join(', ')} }`,
  types: `export declare const ${name}: { ${variants.map(([variant, number]) => `readonly ${variant}: ${number}`).join('; ')} }`,
})

const listed = (parameters) => parameters.map((parameter) => parameter.join(': '))

/** What is true is 1 in a result, and what Rust returns unsigned is signed. */
const kernelsType = (kernels) => ({
  types: [
    'export interface Kernels {',
    '  readonly memory: WebAssembly.Memory',
    ...kernels.map(
      ({ name, parameters, result }) => `  ${name}(${listed(parameters).join(', ')}): ${result}`,
    ),
    '}',
  ].join('\n'),
})

const header = { types: "import type { Kernels } from './kernels.js'" }

const call = ({ name, parameters, result }) => ({
  code: `export const ${name} = (kernels, $) => kernels.${name}(${parameters.map(([parameter]) => `$.${parameter}`).join(', ')})`,
  types: `export declare function ${name}(kernels: Kernels, named: { ${listed(parameters).join('; ')} }): ${result}`,
})

const parameters = (kernels, types) => {
  const entries = kernels.map(({ name, parameters }) => [
    name,
    parameters.map(([parameter], at) => ({ name: parameter, isInteger: types.get(name)[0][at] === 'i32' })),
  ])
  return {
    code: `export const parameters = ${JSON.stringify(Object.fromEntries(entries))}`,
    types: `export declare const parameters: Readonly<Record<string, readonly { readonly name: string; readonly isInteger: boolean }[]>>`,
  }
}
