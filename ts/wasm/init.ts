import { compile, install, isModule } from './instance.js'

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
  if (!(kernels instanceof Response)) return initSync(kernels)
  if (!kernels.ok) throw new Error(`init: ${kernels.url} answered ${kernels.status} ${kernels.statusText}`)
  initSync(await kernels.arrayBuffer())
}
