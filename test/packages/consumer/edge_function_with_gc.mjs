// examples/edge-function, with V8's collector at GET /gc.
import worker from './worker.js'

export default {
  fetch(request) {
    if (new URL(request.url).pathname !== '/gc') return worker.fetch(request)
    globalThis.gc()
    return new Response()
  },
}
