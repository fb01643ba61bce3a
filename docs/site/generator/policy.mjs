// The content security policy: in each page, and with what only a header can say in the file of headers that hosts read.

/** `wasm-unsafe-eval` compiles WebAssembly and nothing else. `data:` and `blob:` are pictures that the visitor has dropped. */
const DIRECTIVES = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'worker-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
}

const text = (directives) =>
  Object.entries(directives)
    .map((pair) => pair.join(' '))
    .join('; ')

export const policy = text(DIRECTIVES)

const HEADERS = {
  'Content-Security-Policy': text({ ...DIRECTIVES, 'frame-ancestors': "'none'" }),
  // Isolated pages may share memory between threads.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

/** `_headers`, as Netlify, Cloudflare Pages and others read it. */
export const headersFile = `/*\n${Object.entries(HEADERS)
  .map(([name, value]) => `  ${name}: ${value}\n`)
  .join('')}`

export const headers = HEADERS
