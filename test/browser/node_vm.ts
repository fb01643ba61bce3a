/** What tests use of node:vm, in a page: another realm is an iframe's. */

export function runInNewContext(code: string): unknown {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  return (frame.contentWindow as unknown as typeof globalThis).eval(code)
}
