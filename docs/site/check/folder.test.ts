/** The folder itself: links, the policy, sizes. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { rootOf } from '../layouts/shell.mjs'
import { FOLDER, MODULES, pages, read } from './pages.js'

const all = pages()

/** What a page refers to: attributes, as written. */
const references = (html: string): string[] =>
  [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, value]) =>
    (value as string).replaceAll('&amp;', '&'),
  )

const isExternal = (reference: string): boolean => /^[a-z]+:/i.test(reference)

test('there are pages of every kind', () => {
  for (const page of ['index.html', 'studio.html', 'playground.html', 'docs/index.html', 'api/torch.html'])
    expect(all).toContain(page)
  expect(all.filter((page) => page.startsWith('api/')).length).toBeGreaterThan(500)
})

test('every name that one can import has a place in the API', async () => {
  const { default: torch } = await import(pathToFileURL(resolve(`${MODULES}/softmargin/dist/node.js`)).href)
  const missing = (path: string, namespace: object): string[] => {
    const page = read(`api/${path}.html`)
    return Object.entries(namespace).flatMap(([name, value]) => {
      if (name === 'default') return []
      if (!page.includes(`>${name}</a>`)) return [`${path}.${name}`]
      return value?.[Symbol.toStringTag] === 'Module' ? missing(`${path}.${name}`, value) : []
    })
  }
  expect(missing('torch', torch)).toEqual([])
})

const contents = JSON.parse(read('playground/contents.json')) as { snippets: { id: string }[] }
const snippets = new Set(contents.snippets.map(({ id }) => id))

test('every link is relative and leads to a file of the folder, and to a place in it', () => {
  const places = new Map<string, Set<string>>()
  const placesOf = (page: string) => {
    const known =
      places.get(page) ?? new Set([...read(page).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id as string))
    places.set(page, known)
    return known
  }
  const broken = all.flatMap((page) =>
    references(read(page)).flatMap((reference) => {
      if (isExternal(reference)) return []
      const [path = '', hash] = reference.split('#')
      const target = path === '' ? page : posix.join(posix.dirname(page), path)
      if (reference.startsWith('/') || target.startsWith('..') || !existsSync(`${FOLDER}/${target}`))
        return [`${page}: ${reference}`]
      if (target === 'playground.html' && hash?.startsWith('snippet='))
        return snippets.has(hash.slice('snippet='.length)) ? [] : [`${page}: ${reference} (no such snippet)`]
      if (!hash || !target.endsWith('.html') || placesOf(target).has(decodeURIComponent(hash))) return []
      return [`${page}: ${reference} (no such place)`]
    }),
  )
  expect(broken).toEqual([])
})

test('every page has the policy, and nothing inline', () => {
  const wrong = all.filter((page) => {
    const html = read(page)
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(html)?.[1] ?? ''
    // Programs of the playground are workers from blob: URLs.
    const blob = page === 'playground.html' ? ' blob:' : ''
    const isStrict =
      policy.startsWith(
        `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'${blob}; style-src 'self';`,
      ) &&
      policy.includes(`; worker-src 'self'${blob};`) &&
      !policy.includes('unsafe-inline') &&
      !policy.includes("'unsafe-eval'")
    const inline = /<style|\sstyle="|<script(?![^>]*\ssrc=)|\son[a-z]+="|href="javascript:/.test(
      html.replace(/<pre.*?<\/pre>|<code.*?<\/code>/gs, ''),
    )
    return !isStrict || inline
  })
  expect(wrong).toEqual([])
})

test('a page that a host shows at any address has the path of the site, if that is known', () => {
  vi.stubEnv('SOFTMARGIN_SITE_PATH', '/softmargin')
  expect(['/404.html', '/index.html', '/docs/index.html'].map(rootOf)).toEqual(['/softmargin/', '', '../'])
  vi.stubEnv('SOFTMARGIN_SITE_PATH', '/')
  expect(rootOf('/404.html')).toBe('/')
  vi.unstubAllEnvs()
})

test('the file of headers has the policy and isolates pages', () => {
  const headers = read('_headers')
  expect(headers).toContain(
    "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
  )
  expect(headers).toContain("frame-ancestors 'none'")
  expect(headers).toContain('Cross-Origin-Opener-Policy: same-origin')
  expect(headers).toContain('Cross-Origin-Embedder-Policy: require-corp')
})

describe('sizes', () => {
  test('no file is there twice', () => {
    const known = new Map<string, string>()
    const twice = readdirSync(FOLDER, { recursive: true, withFileTypes: true }).flatMap((file) => {
      const path = `${file.parentPath}/${file.name}`
      if (!file.isFile() || statSync(path).size < 10_000) return []
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
      const other = known.get(hash)
      known.set(hash, path)
      return other === undefined ? [] : [`${path} is ${other}`]
    })
    expect(twice).toEqual([])
  })

  const assets = readdirSync(`${FOLDER}/assets`)
  const zipped = (path: string): number => {
    const bytes = readFileSync(`${FOLDER}/${path}`)
    // Fonts are compressed already.
    return path.endsWith('.woff2') ? bytes.length : gzipSync(bytes, { level: 9 }).length
  }

  test('the front page costs at most 250 kB before data', () => {
    const named = references(read('index.html')).filter((reference) =>
      /^(?:assets\/|theme\.js|icon\.svg)/.test(reference),
    )
    // What its script and styles load: the worker and two fonts. The italic is only on other pages.
    const loaded = assets.filter((name) => /^(front-worker|serif-[^i]|mono-).*\.(js|woff2)$/.test(name))
    expect(loaded.length).toBe(3)
    const files = ['index.html', ...named, ...loaded.map((name) => `assets/${name}`)]
    const sum = files.reduce((total, file) => total + zipped(file), 0)
    console.log(`front page: ${(sum / 1000).toFixed(1)} kB through gzip, ${files.length} files`)
    expect(sum).toBeLessThan(250_000)
  })
})
