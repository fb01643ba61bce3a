// node families.mjs <dist>: bundles each function and class alone, and prints the families of kernels that it may call and has not.
import { join } from 'node:path'
import { build } from 'esbuild'
import { families } from '../../../scripts/kernel_families.mjs'

const dist = process.argv[2]

/** Files of names, beside the entry that brings what all have. */
const rooms = {
  default: ['torch', 'nn', 'nn.functional', 'metrics', 'optim'],
  core: ['core.torch', 'core.nn', 'core.nn.functional'],
}

/** Namespaces: their members are bundled one by one. */
const NAMESPACES = ['default', 'nn', 'optim', 'metrics', 'utils', 'functional', 'swa_utils']

const familyOf = (kernel) => Object.keys(families).find((family) => families[family].test(kernel))

async function missing(entry, file, name) {
  const from = (path) => JSON.stringify(join(dist, `${path}.js`))
  const contents = `import ${from(entry)}; import { ${name} as used } from ${from(file)}; globalThis.used = used`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: dist },
    bundle: true,
    write: false,
    format: 'esm',
    external: ['node:*'],
  })
  const [{ text }] = outputFiles
  const has = new Set(
    Array.from(text.matchAll(/^\s*\/\/ .*?(\w+?)_(?:kernels|family)-/gm), ([, family]) => family),
  )
  const called = Array.from(text.matchAll(/\bkernels\d*\.(\w+)/g), ([, kernel]) => familyOf(kernel))
  return [...new Set(called)].filter((family) => family !== undefined && !has.has(family))
}

const found = { names: 0, missing: {} }
for (const [entry, files] of Object.entries(rooms)) {
  for (const file of files) {
    for (const name of Object.keys(await import(join(dist, `${file}.js`)))) {
      if (NAMESPACES.includes(name)) continue
      found.names += 1
      const lacking = await missing(entry, file, name)
      if (lacking.length > 0) found.missing[`${file}: ${name}`] = lacking
    }
  }
}
console.log(JSON.stringify(found))
