import { tagOf } from '../base/builtin.js'
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
  const kernels = await (isAddress(source) ? fetch(source) : source)
  const bytes = isResponse(kernels) ? await bytesOf(kernels) : kernels
  if (isModule(bytes)) return install(bytes)
  checkSimd()
  install(await WebAssembly.compile(bytes))
}

const isAddress = (value: unknown): value is string | URL =>
  typeof value === 'string' || tagOf(value) === 'URL'

const isResponse = (value: unknown): value is Response => tagOf(value) === 'Response'

function bytesOf(response: Response): Promise<ArrayBuffer> {
  if (response.ok) return response.arrayBuffer()
  throw new Error(`init: ${response.url} answered ${response.status} ${response.statusText}`)
}
