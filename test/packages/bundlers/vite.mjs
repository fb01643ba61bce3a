// node vite.mjs <folder with index.html> <output folder>
import { build } from 'vite'

const [root, outDir] = process.argv.slice(2)
await build({ root, base: './', logLevel: 'warn', build: { outDir, emptyOutDir: true } })
