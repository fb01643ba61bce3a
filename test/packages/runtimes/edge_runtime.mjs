// node edge_runtime.mjs <entry>: runs it in Vercel's edge runtime, bundled as Next.js does: `?module` imports
// become globals with modules that were compiled outside.
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { EdgeVM } from '@edge-runtime/vm'
import { build } from 'esbuild'

const modules = {}

const compileOutside = {
  name: 'compile-outside',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('?module', '')),
      namespace: 'module',
    }))
    onLoad({ filter: /./, namespace: 'module' }, async ({ path }) => {
      const name = `wasm_${basename(path, '.wasm')}`
      modules[name] = await WebAssembly.compile(await readFile(path))
      return { contents: `export default ${name}` }
    })
  },
}

const { outputFiles } = await build({
  entryPoints: [process.argv[2]],
  bundle: true,
  format: 'iife',
  conditions: ['edge-light'],
  plugins: [compileOutside],
  write: false,
})
const extend = (context) => Object.assign(context, modules)
const vm = new EdgeVM({ extend, codeGeneration: { strings: false, wasm: false } })
vm.evaluate(outputFiles[0].text)
