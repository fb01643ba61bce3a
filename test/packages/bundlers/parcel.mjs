// node parcel.mjs <entry> <output folder> <mode>: what `parcel build`, and in development `parcel`, write.
import { rename } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { Parcel } from '@parcel/core'

const [entry, distDir, mode] = process.argv.slice(2)
const asBuilt = mode === 'production'
const bundler = new Parcel({
  entries: entry,
  mode,
  defaultConfig: createRequire(import.meta.url).resolve('@parcel/config-default'),
  shouldDisableCache: true,
  defaultTargetOptions: { distDir, shouldOptimize: asBuilt, shouldScopeHoist: asBuilt, sourceMaps: false },
})
await bundler.run()
// It gives the file the name that its source has.
await rename(join(distDir, `${basename(entry, '.mjs')}.js`), join(distDir, 'app.js'))
