// The asking side: a party is a separate process, so that none slows another down.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export class Party {
  #command
  #process
  #lines
  #last
  #threads

  /** With so many threads, if it has several. */
  constructor(name, program, args, env = {}, threads = 1) {
    this.name = name
    this.#threads = threads
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
    // A process that cannot be started ends its output, where that is detected.
    this.#process.on('error', () => {})
    this.#process.stdin.on('error', () => {})
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  /** Throws the party's error, or if it takes longer than `patience` milliseconds; it must then be restarted. */
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

  /** Sets the number of threads; its version. */
  async begin() {
    await this.ask('threads', { count: this.#threads })
    return this.ask('version')
  }

  /** Sets the number of threads from now on. */
  async useThreads(threads) {
    this.#threads = threads
    await this.begin()
  }

  /** Replaces a failed process with a new one. */
  async restart() {
    this.end()
    this.#spawn()
    await this.begin()
  }

  /** Kills the process, whatever it is doing. */
  end() {
    this.#process.kill('SIGKILL')
  }
}
