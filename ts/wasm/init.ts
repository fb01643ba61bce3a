import { checkSimd, compile, install, isModule } from './instance.js'

/**
 * Starts `softmargin/slim` with the kernels of `softmargin/softmargin.wasm`, compiled or as bytes.
 *
 * @example initSync(await readFile('softmargin.wasm'))
 */
export function initSync(kernels: WebAssembly.Module | BufferSource): void {
  install(isModule(kernels) ? kernels : compile(kernels))
}

/**
 * The same from a URL, a response or a promise of one.
 *
 * @example await init(new URL('softmargin.wasm', import.meta.url))
 */
export async function init(
  source: string | URL | Response | WebAssembly.Module | BufferSource | Promise<Response>,
): Promise<void> {
  const kernels = await (typeof source === 'string' || source instanceof URL ? fetch(source) : source)
  const bytes = kernels instanceof Response ? await bytesOf(kernels) : kernels
  if (isModule(bytes)) return install(bytes)
  checkSimd()
  install(await WebAssembly.compile(bytes))
}

function bytesOf(response: Response): Promise<ArrayBuffer> {
  if (response.ok) return response.arrayBuffer()
  throw new Error(`init: ${response.url} answered ${response.status} ${response.statusText}`)
}
