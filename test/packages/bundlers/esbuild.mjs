// node esbuild.mjs <entry> <output folder> <format>
import { build } from 'esbuild'

const [entry, outdir, format] = process.argv.slice(2)
await build({ entryPoints: { app: entry }, bundle: true, minify: true, format, outdir })
