/** What webpack and Rspack are told alike. */

export function options(entry, path, mode) {
  // In development both would wrap each module in an eval, which a strict page refuses whatever the package is.
  return { mode, entry, output: { path, filename: 'app.js' }, performance: false, devtool: false }
}

export function finished(error, stats) {
  if (error) throw error
  if (!stats.hasErrors() && !stats.hasWarnings()) return
  console.error(stats.toString())
  process.exitCode = 1
}
