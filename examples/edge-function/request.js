/** What the client did wrong. */
export class HttpError extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** The body as JSON. Stops reading where it is longer than allowed, whatever its headers say. */
export async function readJson(request, maxBytes) {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let length = 0
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length
      if (length > maxBytes) throw new HttpError(413, `the body must be at most ${maxBytes} bytes`)
      text += decoder.decode(chunk, { stream: true })
    }
    return JSON.parse(text + decoder.decode())
  } catch (error) {
    if (error instanceof HttpError) throw error
    throw new HttpError(400, `the body must be JSON: ${error.message}`)
  }
}
