/**
 * Threads share memory only on isolated pages. Where the host sends no such headers, a service worker adds them: from the next page
 * on, as it has no say in the one that installs it.
 */
export const isIsolatedNext: Promise<boolean> = prepareIsolation()

async function prepareIsolation(): Promise<boolean> {
  if (self.crossOriginIsolated) return true
  const script = new URL(`${document.documentElement.dataset.root}isolation.js`, document.baseURI)
  try {
    // Absent or refused, as in some private windows: one thread.
    await navigator.serviceWorker.register(script)
    return true
  } catch {
    return false
  }
}
