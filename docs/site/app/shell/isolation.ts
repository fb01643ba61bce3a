/**
 * Threads share memory only on isolated pages. Where the host sends no such headers, a service worker adds them: from the next page
 * on, as it has no say in the one that installs it.
 */
const possible = 'serviceWorker' in navigator && isSecureContext

export const isolation = { possible }

export function prepareIsolation(): void {
  if (self.crossOriginIsolated || !possible) return
  const script = new URL(`${document.documentElement.dataset.root}isolation.js`, document.baseURI)
  // Refused, as in some private windows: one thread.
  navigator.serviceWorker.register(script).catch(() => {})
}
