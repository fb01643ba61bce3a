// The side that asks: a party is a process of its own, so that none slows another down.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export class Party {
  #process
  #lines
  #last = ''

  constructor(name, program, args, env = {}) {
    this.name = name
    this.#process = spawn(program, args, {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#process.stderr.on('data', (text) => {
      this.#last = `${this.#last}${text}`.slice(-2000)
    })
    // What cannot be started ends its output, and is found out there.
    this.#process.on('error', () => {})
    this.#process.stdin.on('error', () => {})
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  async ask(request, details = {}) {
    this.#process.stdin.write(`${JSON.stringify({ request, ...details })}\n`)
    const { value, done } = await this.#lines.next()
    if (done) throw new Error(`${this.name} has ended: ${this.#last}`)
    const { answer, error } = JSON.parse(value)
    if (error !== undefined) throw new Error(`${this.name}: ${error}`)
    return answer
  }

  end() {
    this.#process.stdin.end()
  }
}
