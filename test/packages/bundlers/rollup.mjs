// node rollup.mjs <entry> <output folder>
import nodeResolve from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'

const [entry, dir] = process.argv.slice(2)
const bundle = await rollup({ input: { app: entry }, plugins: [nodeResolve()] })
await bundle.write({ dir, format: 'es' })
