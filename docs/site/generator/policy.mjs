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

/** The playground runs what a visitor has written, in a worker from a `blob:` URL, which has the policy of the page that started it. */
const PLAYGROUND = {
  ...DIRECTIVES,
  'script-src': `${DIRECTIVES['script-src']} blob:`,
  'worker-src': `${DIRECTIVES['worker-src']} blob:`,
}

/** The policy of the page at a URL, as it stands in the page. */
export const policyOf = (url) => text(url === 'playground.html' ? PLAYGROUND : DIRECTIVES)

// Hosts apply every policy they send to a page, and do not agree on how a rule for one page replaces that for all: the header
// allows what some page needs, and each page narrows it.
const HEADERS = {
  'Content-Security-Policy': text({ ...PLAYGROUND, 'frame-ancestors': "'none'" }),
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
