/** What webpack and Rspack are told alike. */

export function options(entry, path, mode) {
  // In development both would wrap each module in an eval, which a strict page refuses whatever the package is.
  // Files that an app loads later lie beside its script in a page; Node, where tests run it too, has no script to ask.
  const output = { path, filename: 'app.js', publicPath: '' }
  return { mode, entry, output, performance: false, devtool: false }
}

export function finished(error, stats) {
  if (error) throw error
  if (!stats.hasErrors() && !stats.hasWarnings()) return
  console.error(stats.toString())
  process.exitCode = 1
}
