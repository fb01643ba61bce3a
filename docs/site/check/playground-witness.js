/** Works in the playground of a browser that is not steered: runs every snippet, a program that fails, one that never ends. */
// Added to playground.html by playground_others.test.ts.
const seen = { complaints: [], failures: [], ran: 0, faults: [], foreign: [], failed: '', stopped: '', hints: 0 }
addEventListener('error', ({ message }) => seen.complaints.push(message))
addEventListener('unhandledrejection', ({ reason }) => seen.complaints.push(String(reason)))
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  seen.complaints.push(`${violatedDirective} ${blockedURI}`)
})

async function until(what, find) {
  for (const end = Date.now() + 90_000; Date.now() < end; ) {
    const found = find()
    if (found) return found
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`waited in vain for ${what}`)
}

const get = (id) => document.getElementById(id)
const status = () => get('status').textContent
const inEditor = (selector) => get('editor').shadowRoot.querySelectorAll(selector)

/** Opens a link to a snippet or a program. */
async function open(hash) {
  const arrived = new Promise((done) => addEventListener('hashchange', done, { once: true }))
  location.hash = hash
  await arrived
  // The page's own listener is at work.
  await until('the program', () => !/^It /.test(status()))
}

async function run() {
  get('run').click()
  await until('the end', () => /^It /.test(status()))
}

async function packed(code) {
  const stream = new Blob([code]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

async function work() {
  await until('the page', () => !get('run').disabled)
  const ids = [...document.querySelectorAll('#snippet optgroup option')].map(({ value }) => value)
  // The cookbook's last snippet holds all of its others.
  const last = ids.findLast((id) => id.startsWith('cookbook'))
  for (const id of ids.filter((each) => each === last || !each.startsWith('cookbook'))) {
    await open(`snippet=${id}`)
    await run()
    if (/^It ended/.test(status())) seen.ran += 1
    else seen.failures.push(`${id}: ${get('output').textContent}`)
  }
  await open(`code=${await packed('const a: number = 1\n\nthrow new Error(\'no \' + a)\n')}`)
  await run()
  seen.failed = `${get('output').textContent} | ${inEditor('.cm-failed')[0]?.textContent}`
  await open(`code=${await packed('for (let i = 0; ; i++) console.log(i)\n')}`)
  get('run').click()
  await until('lines', () => get('output').childElementCount > 100)
  get('stop').click()
  seen.stopped = status()
  await until('TypeScript', () => get('app').classList.contains('ready'))
  await open(`code=${await packed("import torch from 'softmargin'\nconst a: string = torch.ones([2])\n")}`)
  seen.hints = (await until('a problem', () => inEditor('.cm-lintRange-error').length > 0)) ? 1 : 0
  await until('axe', () => globalThis.axe)
  const { violations } = await globalThis.axe.run()
  seen.faults = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id }) => id)
  seen.foreign = performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => !name.startsWith(location.origin) && !/^(data|blob):/.test(name))
}

addEventListener('load', async () => {
  await work().catch((error) => seen.complaints.push(`${error.message}; ${status()}; ${get('output').textContent}`))
  await fetch('report', { method: 'POST', body: JSON.stringify(seen) })
})
