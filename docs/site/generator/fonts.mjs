// The fonts of the design in the signs that pages use: a fifth of their size. `node generator/fonts.mjs` writes build/site/fonts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import subsetFont from 'subset-font'

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')
const SIGNS = `${ASCII}\u00a0’‘“”–—…·×÷→±≤≥≠−µ°§½éüöäßñ`

const fonts = {
  serif: {
    file: '@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2',
    wght: { min: 400, max: 600 },
  },
  'serif-italic': {
    file: '@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-italic.woff2',
    wght: { min: 400, max: 600 },
  },
  mono: { file: '@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2' },
}

const folder = new URL('../../../build/site/fonts/', import.meta.url)
mkdirSync(folder, { recursive: true })
for (const [name, { file, wght }] of Object.entries(fonts)) {
  const font = readFileSync(new URL(`../node_modules/${file}`, import.meta.url))
  // Alternates of letters, such as small capitals, are left out.
  const options = { targetFormat: 'woff2', noLayoutClosure: true, ...(wght && { variationAxes: { wght } }) }
  writeFileSync(new URL(`${name}.woff2`, folder), await subsetFont(font, SIGNS, options))
}
