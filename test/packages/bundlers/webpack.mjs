// node webpack.mjs <entry> <output folder> <mode>
import webpack from 'webpack'
import { finished, options } from './webpack_options.mjs'

const [entry, path, mode] = process.argv.slice(2)
webpack(options(entry, path, mode), finished)
