/** What tests use of node:fs, in a page: vite's server has the project's files, and a test may wait for one. */

function request(path: string | URL): XMLHttpRequest {
  const request = new XMLHttpRequest()
  request.open('GET', path instanceof URL ? path : `/${path}`, false)
  // Each byte as the character of its number, or behind U+F700 from 128 on.
  request.overrideMimeType('text/plain; charset=x-user-defined')
  request.send()
  return request
}

export function readFileSync(path: string | URL, encoding: 'utf8'): string
export function readFileSync(path: string | URL): Uint8Array<ArrayBuffer>
export function readFileSync(path: string | URL, encoding?: 'utf8'): string | Uint8Array<ArrayBuffer> {
  const { status, responseText } = request(path)
  if (status !== 200) throw new Error(`${path}: the server answered ${status}`)
  const bytes = Uint8Array.from(responseText, (character) => character.charCodeAt(0))
  return encoding === undefined ? bytes : new TextDecoder().decode(bytes)
}
