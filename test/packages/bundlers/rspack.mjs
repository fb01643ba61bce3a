// node rspack.mjs <entry> <output folder> <mode>
import { rspack } from '@rspack/core'
import { finished, options } from './webpack_options.mjs'

const [entry, path, mode] = process.argv.slice(2)
rspack(options(entry, path, mode), finished)
