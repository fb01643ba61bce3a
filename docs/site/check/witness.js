// Added to a page by others.test.ts, before the page's own scripts: notes what goes wrong, waits until it has learned, searches, asks
// axe, loads the page again if that isolates it, and posts what it saw.
const complaints = []
addEventListener('error', (event) => complaints.push(`error: ${event.message}`))
addEventListener('unhandledrejection', (event) => complaints.push(`rejection: ${event.reason}`))
document.addEventListener('securitypolicyviolation', (event) =>
  complaints.push(`policy: ${event.violatedDirective} ${event.blockedURI}`),
)
for (const kind of ['error', 'warn']) {
  const original = console[kind]
  console[kind] = (...words) => {
    complaints.push(`${kind}: ${words.join(' ')}`)
    original.apply(console, words)
  }
}

const text = (id) => document.getElementById(id)?.textContent ?? ''
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function until(condition, milliseconds) {
  const end = Date.now() + milliseconds
  while (!condition() && Date.now() < end) await wait(50)
}

async function search(words) {
  document.getElementById('search').click()
  const input = document.getElementById('search-input')
  input.value = words
  input.dispatchEvent(new Event('input'))
  const results = () => document.querySelectorAll('.search-results a').length
  await until(results, 20_000)
  document.querySelector('.search-dialog').close()
  return results()
}

async function witness() {
  await until(() => /^Learned|cannot/.test(text('progress')), 180_000)
  const learned = text('progress')
  if (learned.startsWith('Learned')) await until(() => text('ratio') !== '–', 60_000)
  const found = await search('thresholds')
  const { violations } = await globalThis.axe.run()
  const faults = violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes[0].target}`)
  const foreign = performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => !name.startsWith(location.origin) && !/^(data|blob):/.test(name))
  const scores = ['micro', 'macro', 'precision'].map(text)
  const isolated = globalThis.crossOriginIsolated === true
  const { times } = globalThis
  const cores = String(navigator.hardwareConcurrency)
  return { complaints, learned, scores, foreign, faults, found, threads: text('threads'), cores, isolated, times }
}

const KEY = 'check-first-visit'
const post = (report) => fetch(location.href, { method: 'POST', body: JSON.stringify(report) })

/** The first visit, and one that the service worker may have isolated. */
async function visit() {
  const first = sessionStorage.getItem(KEY)
  if (first !== null) {
    // By then it is known whether threads could be started.
    await until(() => /^(Epoch [2-9]|Learned)/.test(text('progress')), 60_000)
    const again = { isolated: globalThis.crossOriginIsolated === true, threads: text('threads'), complaints }
    return post({ ...JSON.parse(first), again })
  }
  const report = await witness()
  if (report.isolated) return post(report)
  await Promise.race([navigator.serviceWorker?.ready, wait(10_000)])
  sessionStorage.setItem(KEY, JSON.stringify(report))
  location.reload()
}

addEventListener('load', visit)
