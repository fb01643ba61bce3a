/** Works in the studio of a browser that is not steered: trains, reloads, trains on a picture, and reports what it saw. */
const KEY = 'softmargin-check'
// Added to studio.html by studio_others.test.ts.
const seen = JSON.parse(sessionStorage.getItem(KEY) ?? '{"complaints":[]}')
addEventListener('error', ({ message }) => seen.complaints.push(message))
addEventListener('unhandledrejection', ({ reason }) => seen.complaints.push(String(reason)))
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  seen.complaints.push(`${violatedDirective} ${blockedURI}`)
})

async function until(what, find) {
  for (const end = Date.now() + 150_000; Date.now() < end; ) {
    const found = find()
    if (found) return found
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`waited in vain for ${what}`)
}

const one = (selector, text = '') =>
  [...document.querySelectorAll(selector)].find((each) => each.textContent.includes(text))
const click = async (selector, text) => (await until(text, () => one(selector, text))).click()
function set(label, value) {
  const input = one('label.number', label).querySelector('input')
  input.value = String(value)
  input.dispatchEvent(new Event('change', { bubbles: true }))
}

const ended = () => until('the end', () => /^Ended/.test(one('.actions .status')?.textContent ?? ''))
const scores = async () => (await until('scores', () => one('table.scores tbody'))).textContent

async function first() {
  await click('.example', 'Wines')
  await until('rows', () => one('.lead', 'Wines'))
  // So many that it is paused before its end.
  set('epochs', 3000)
  set('patience', 0)
  await click('.button', 'Train')
  await until('an epoch', () => /^Epoch [2-9]/.test(one('.actions .status')?.textContent ?? ''))
  await click('.button', 'Pause')
  await until('a state that is kept', () => /a reload finds it here/.test(one('.actions .status')?.textContent ?? ''))
  seen.paused = true
  sessionStorage.setItem(KEY, JSON.stringify(seen))
  location.reload()
}

async function second() {
  await click('.button', 'Resume')
  await ended()
  seen.resumed = await scores()
  await click('.button', 'Train again')
  await until('the beginning', () => !/^Ended/.test(one('.actions .status')?.textContent ?? ''))
  await ended()
  seen.again = await scores()
  await click('.button', 'Other rows')
  await click('.example', 'Shapes')
  await until('pictures', () => one('.lead', 'Shapes'))
  set('epochs', 1)
  await click('.button', 'Train')
  await ended()
  seen.guesses = await guessed()
  await until('axe', () => globalThis.axe)
  const { violations } = await globalThis.axe.run()
  seen.faults = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id }) => id)
  seen.mistakes = [...document.querySelectorAll('.mistake')].map(({ textContent }) => textContent)
}

/** A picture, given as a file. */
async function guessed() {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 48
  canvas.getContext('2d').fillRect(8, 8, 30, 30)
  const blob = await new Promise((done) => canvas.toBlob(done))
  const files = new DataTransfer()
  files.items.add(new File([blob], 'square.png', { type: 'image/png' }))
  const input = await until('a place for pictures', () => document.querySelector('.drop input'))
  input.files = files.files
  input.dispatchEvent(new Event('change', { bubbles: true }))
  await until('guesses', () => document.querySelector('.guesses li, .guesses .mistake'))
  return document.querySelectorAll('.guesses li').length
}

async function work() {
  try {
    if (!seen.paused) return await first()
    await second()
  } catch (error) {
    seen.complaints.push(`${error.message}; ${one('.actions .status')?.textContent}; ${one('.mistake')?.textContent}`)
  }
  await fetch('report', { method: 'POST', body: JSON.stringify(seen) })
}

addEventListener('load', work)
