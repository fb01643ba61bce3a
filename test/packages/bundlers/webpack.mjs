// node webpack.mjs <entry> <output folder>
import webpack from 'webpack'

const [entry, path] = process.argv.slice(2)
webpack(
  { mode: 'production', entry, output: { path, filename: 'app.js' }, performance: false },
  (error, stats) => {
    if (error) throw error
    if (!stats.hasErrors() && !stats.hasWarnings()) return
    console.error(stats.toString())
    process.exitCode = 1
  },
)
