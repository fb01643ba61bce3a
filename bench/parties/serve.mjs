// The answering side of a party: one JSON request per line, one JSON answer per line.
import { createInterface } from 'node:readline'

/** Answers requests for `kinds`, which make `{ run, result }` from a row's options, or nothing if unsupported. `linear`: bytes of linear memory, if known. */
export async function serve(version, kinds, linear = () => 0, setThreads = () => {}) {
  let row
  const answers = {
    version: () => version,
    threads: ({ count }) => setThreads(count) ?? null,
    kinds: () => Object.keys(kinds),
    /** Makes the row's inputs and does its work once; returns its numbers, or null if the row is unsupported. */
    async prepare({ kind, options }) {
      row = undefined
      row = await kinds[kind]?.(options)
      if (row === undefined) return null
      await row.run()
      return [...(await row.result())]
    },
    /** Milliseconds for `calls` calls. */
    async time({ calls }) {
      const { run } = row
      const start = performance.now()
      for (let call = 0; call < calls; call++) {
        const pending = run()
        if (pending instanceof Promise) await pending
      }
      return performance.now() - start
    },
    /** Bytes of the process before a row, and its peak after some calls. */
    async memory(details) {
      const before = process.memoryUsage.rss()
      if ((await answers.prepare(details)) === null) return { before, peak: null }
      await answers.time({ calls: 3 })
      return { before, peak: process.resourceUsage().maxRSS * 1024, linear: linear() }
    },
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const { request, ...details } = JSON.parse(line)
    try {
      process.stdout.write(`${JSON.stringify({ answer: await answers[request](details) })}\n`)
    } catch (error) {
      process.stdout.write(`${JSON.stringify({ error: String(error?.stack ?? error) })}\n`)
    }
  }
}
