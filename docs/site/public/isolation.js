// A service worker that adds what a page needs to share memory between threads, where the host sends no headers. It answers with
// what the network gives, and keeps nothing.
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))

addEventListener('fetch', (event) => {
  const { request } = event
  // Of another origin, or from the cache alone: not ours.
  if (new URL(request.url).origin !== location.origin) return
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return
  event.respondWith(isolated(request))
})

async function isolated(request) {
  const response = await fetch(request)
  if (response.status === 0 || response.type === 'opaqueredirect') return response
  const headers = new Headers(response.headers)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  const { status, statusText } = response
  // A response of these may have no body.
  const body = [204, 205, 304].includes(status) ? null : response.body
  return new Response(body, { status, statusText, headers })
}
