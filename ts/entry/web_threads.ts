/** Threads in pages that are isolated (`crossOriginIsolated`), where the user asks for them. */
import { offerThreads, refuse } from '../kernels/threads/fork.js'

if (globalThis.crossOriginIsolated === true) {
  offerThreads({
    threads: 1,
    startTeam: async (start) => (await import('./web_team.js')).startWebTeam(start),
  })
} else {
  refuse('this page is not isolated (crossOriginIsolated), so that no memory can be shared')
}
