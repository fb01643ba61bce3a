import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import { run } from './consumer.js'
import { workerd } from './programs.js'
import { newestDate, type Worker, withWorker } from './workerd.js'

const where = workerd.missing ? `workerd (skipped: ${workerd.missing})` : 'workerd'

const modules = [
  ...['worker.js', 'model.js', 'request.js'].map((name) => ({ name, file: `edge-function/${name}` })),
  { name: 'model.safetensors', file: 'edge-function/model.safetensors', kind: 'data' as const },
]

const song = { tempo: 0.2, loudness: 0.3, brightness: 0.5, voice: 0.8, strings: 0.9, distortion: 0 }

const post = (url: string, body: string) => fetch(`${url}/predict`, { method: 'POST', body })

async function answer(response: Promise<Response>): Promise<{ status: number; body: unknown }> {
  const { status } = await response
  return { status, body: await (await response).json() }
}

/** Writes a little at a time until there is an answer. */
function statusOfEndlessBody(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const posting = request(`${url}/predict`, { method: 'POST' }, ({ statusCode }) => {
      clearInterval(writing)
      posting.destroy()
      resolve(statusCode)
    })
    const writing = setInterval(() => posting.write(Buffer.alloc(4096)), 1)
    posting.on('error', reject)
  })
}

describe.skipIf(workerd.missing)(`examples/edge-function in ${where}`, () => {
  beforeAll(() => run('edge-function/train.js'), 60_000)

  const inWorker = (date: string, work: (worker: Worker) => Promise<void>) =>
    withWorker(workerd.path, date, modules, work)

  test.each(['2024-01-01', newestDate])('tags songs as of %s', (date) =>
    inWorker(date, async ({ url }) => {
      const { status, body } = await answer(post(url, JSON.stringify({ songs: [song, song] })))
      expect(status).toBe(200)
      const { songs } = body as { songs: { tags: string[]; probabilities: Record<string, number> }[] }
      expect(songs.map(({ tags }) => tags)).toEqual(
        Array(2).fill(['acoustic', 'calm', 'choir', 'orchestral']),
      )
      expect(songs[0].probabilities.metal).toBeLessThan(0.1)
    }),
  )

  test('says what is wrong with a request', () =>
    inWorker(newestDate, async ({ url }) => {
      const refused = async (body: unknown) => answer(post(url, JSON.stringify(body)))
      const bad = (error: string) => ({ status: 400, body: { error } })
      expect(await refused({})).toEqual(bad('the body must be {"songs": [...]}'))
      expect(await refused(null)).toEqual(bad('the body must be {"songs": [...]}'))
      expect(await refused({ songs: [] })).toEqual(bad('there must be 1 to 256 songs, but there are 0'))
      expect(await refused({ songs: Array(257).fill(0) })).toEqual(
        bad('there must be 1 to 256 songs, but there are 257'),
      )
      const wrong = (value: unknown) => refused({ songs: [song, { ...song, voice: value }] })
      for (const value of [-0.1, 1.1, '0.5', null, [0.5], true]) {
        expect(await wrong(value)).toEqual(
          bad(`songs[1].voice must be a number from 0 to 1, but is ${JSON.stringify(value)}`),
        )
      }
      expect(await wrong(undefined)).toEqual(
        bad('songs[1].voice must be a number from 0 to 1, but is undefined'),
      )
      expect((await answer(post(url, '{"songs": '))).status).toBe(400)
      expect((await answer(post(url, ''))).status).toBe(400)
      expect((await answer(fetch(`${url}/predict`))).status).toBe(404)
      const stated = await answer(post(url, 'x'.repeat(65 * 1024)))
      expect(stated).toEqual({ status: 413, body: { error: 'the body must be at most 65536 bytes' } })
    }))

  test('stops reading a body that never ends', () =>
    inWorker(newestDate, async ({ url }) => expect(await statusOfEndlessBody(url)).toBe(413)))

  test('10,000 requests leave its memory flat', () => {
    const withCollector = [{ name: 'main.mjs', file: 'edge_function_with_gc.mjs' }, ...modules]
    return withWorker(workerd.path, newestDate, withCollector, async ({ url, process, started }) => {
      const body = JSON.stringify({ songs: [song] })
      const times: number[] = []
      async function ask(requests: number): Promise<void> {
        for (let i = 0; i < requests; i++) {
          const start = performance.now()
          await (await post(url, body)).arrayBuffer()
          times.push(performance.now() - start)
        }
      }
      async function memory(): Promise<MemoryInfo> {
        await fetch(`${url}/gc`)
        return (await (await fetch(`${url}/memory`)).json()) as MemoryInfo
      }
      await ask(2000)
      const [before, residentBefore] = [await memory(), await residentMegabytes(process)]
      await ask(8000)
      const [after, residentAfter] = [await memory(), await residentMegabytes(process)]

      const milliseconds = (time: number) => `${time.toFixed(1)} ms`
      const first = milliseconds(times[0])
      times.sort((a, b) => a - b)
      console.log(
        `edge function: workerd listens after ${milliseconds(started)}, the first request takes ${first}, ` +
          `half of 10,000 at most ${milliseconds(times[5000])}, 99 % at most ${milliseconds(times[9900])}; linear memory ` +
          `${after.heap_bytes} bytes; all of workerd ${residentBefore} MB after 2,000 requests, ${residentAfter} MB after 10,000`,
      )
      expect(after.heap_bytes).toBe(before.heap_bytes)
      // The model's, and a few of the last requests.
      expect(before.tensors).toBeLessThan(12)
      expect(after.tensors).toBeLessThan(12)
    })
  })
})

interface MemoryInfo {
  heap_bytes: number
  tensors: number
}

/** What the system says that a process holds; undefined where it has no /proc. */
async function residentMegabytes(process: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${process}/status`, 'utf8').catch(() => '')
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? []
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024)
}
