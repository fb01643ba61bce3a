import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folder, run } from './consumer.js'

describe('examples/node-server', () => {
  let server: ReturnType<typeof spawn>
  let url: string

  beforeAll(async () => {
    await run('node-server/train.js')
    server = spawn(process.execPath, [join(folder, 'node-server/server.js'), '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface(server.stdout as NodeJS.ReadableStream), 'line')
    url = (/http\S+/.exec(line as string) as RegExpExecArray)[0]
  }, 60_000)

  afterAll(async () => {
    server.kill('SIGTERM')
    const [code] = await once(server, 'exit')
    expect(code).toBe(0)
  })

  const post = async (body: string) => {
    const response = await fetch(`${url}/predict`, { method: 'POST', body })
    return { status: response.status, body: (await response.json()) as unknown }
  }

  test('tags messages', async () => {
    const { status, body } = await post(
      JSON.stringify({ messages: [{ money: 2, broken: 1 }, { thanks: 2 }, { password: 1, parcel: 1 }] }),
    )
    expect(status).toBe(200)
    const { messages } = body as { messages: { tags: string[]; probabilities: Record<string, number> }[] }
    expect(messages.map(({ tags }) => tags)).toEqual([
      ['billing', 'complaint'],
      ['praise'],
      ['shipping', 'account'],
    ])
    expect(messages[0].probabilities.praise).toBeLessThan(0.1)
    expect(await (await fetch(`${url}/health`)).json()).toHaveProperty('tags')
  })

  test('says what is wrong with a request', async () => {
    const several = 'the body must be {"messages": [...]}, with 1 to 256 of them'
    for (const body of [{}, null, { messages: [] }, { messages: Array(257).fill({}) }])
      expect(await post(JSON.stringify(body))).toEqual({ status: 400, body: { error: several } })
    for (const value of [-1, '1', [1], true, 1e9]) {
      expect(await post(JSON.stringify({ messages: [{}, { money: value }] }))).toEqual({
        status: 400,
        body: { error: `messages[1].money must be a count, but is ${JSON.stringify(value)}` },
      })
    }
    expect((await post('{"messages": ')).status).toBe(400)
    expect((await fetch(`${url}/predict`)).status).toBe(404)
    expect((await fetch(url)).status).toBe(404)
  })

  test('stops reading a body that never ends', async () => {
    const status = await new Promise((resolve, reject) => {
      const posting = request(`${url}/predict`, { method: 'POST' }, ({ statusCode }) => {
        clearInterval(writing)
        posting.destroy()
        resolve(statusCode)
      })
      const writing = setInterval(() => posting.write(Buffer.alloc(4096)), 1)
      posting.on('error', reject)
    })
    expect(status).toBe(413)
    expect((await post('{"messages": [{}]}')).status).toBe(200)
  })
})
