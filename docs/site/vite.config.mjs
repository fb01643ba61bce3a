// The scripts and styles of the pages, in build/site/assets; the generator puts their names into the pages. `softmargin` is the
// packed and installed package, which scripts/site.mjs links into node_modules.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  // Relative: the folder works from any path.
  base: './',
  publicDir: false,
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: here('../../build/site/assets'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    // Data URLs are against the policy.
    assetsInlineLimit: 0,
    assetsDir: '',
    rolldownOptions: {
      input: ['app/front/main.ts', 'app/docs.ts', 'app/studio/main.ts', 'app/playground/main.ts'].map(here),
    },
  },
})
