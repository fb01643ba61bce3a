/** What is wrong on pages that a test steers. */
import type { BrowserContext } from 'playwright'

/** Errors and warnings of a context's pages, what they ask of another place than `at`, and what is not found: filled as it happens. */
export function complaintsOf(context: BrowserContext, at: string): string[] {
  const complaints: string[] = []
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  context.on('weberror', (error) => complaints.push(`error: ${error.error().message}`))
  context.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(at))
      complaints.push(`request: ${request.url()}`)
  })
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`)
  })
  return complaints
}
