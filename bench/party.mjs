// The side that asks: a party is a process of its own, so that none slows another down.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export class Party {
  #command
  #process
  #lines
  #last

  constructor(name, program, args, env = {}) {
    this.name = name
    this.#command = [program, args, env]
    this.#spawn()
  }

  #spawn() {
    const [program, args, env] = this.#command
    this.#last = ''
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

  /** Throws what the party throws, and when it takes longer than `patience` milliseconds: restart it then. */
  async ask(request, details = {}, patience) {
    this.#process.stdin.write(`${JSON.stringify({ request, ...details })}\n`)
    const { value, done } = await this.#within(patience, this.#lines.next())
    if (done) throw new Error(`${this.name} has ended: ${this.#last}`)
    const { answer, error } = JSON.parse(value)
    if (error !== undefined) throw new Error(`${this.name}: ${error}`)
    return answer
  }

  async #within(patience, answer) {
    if (patience === undefined) return answer
    let timer
    const late = new Promise((_, reject) => {
      const reason = new Error(`${this.name}: not ready after ${patience / 1e3} s`)
      timer = setTimeout(() => reject(reason), patience)
    })
    return Promise.race([answer, late]).finally(() => clearTimeout(timer))
  }

  /** A new process in place of one that failed. */
  async restart() {
    this.end()
    this.#spawn()
    await this.ask('version')
  }

  /** At once, whatever it is doing. */
  end() {
    this.#process.kill('SIGKILL')
  }
}
