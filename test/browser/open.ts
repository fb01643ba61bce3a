/**
 * Firefox and WebKit as the machine has them. Each is started for one page, which reports to the server that it came
 * from, and stopped: nothing is to be steered in between, so no driver of a particular version is needed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Ends the browser, and removes what it wrote. */
export type Close = () => Promise<void>

/** Starts a browser of this program that shows a page. */
export type Open = (program: string, url: string) => Promise<Close>

/** Firefox opens what it is started with; the preferences keep away all else that a first start shows and asks for. */
export const openFirefox: Open = (program, url) =>
  inFolder('firefox', async (folder, start) => {
    const preferences = Object.entries(QUIET).map(([key, value]) => `user_pref("${key}", ${value});\n`)
    await writeFile(join(folder, 'user.js'), preferences.join(''))
    start(program, '--headless', '--no-remote', '--profile', folder, url)
  })

export const openChromium: Open = (program, url) =>
  inFolder('chromium', async (folder, start) => {
    // Chromium's own sandbox is not for root, as whom CI runs.
    start(program, '--headless', '--no-sandbox', `--user-data-dir=${folder}`, url)
  })

const QUIET = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.preonboarding.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': '"ignore"',
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.ipc.processHangMonitor': false,
  'dom.max_script_run_time': 0,
  'extensions.blocklist.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': '"data:,"',
  'toolkit.telemetry.reportingpolicy.firstRun': false,
}

/** WebKitGTK's own small browser, which its WebDriver finds, on a display and a session bus that nobody sees. */
export const openWebKit: Open = (program, url) =>
  inFolder('webkit', async (_folder, start) => {
    const port = await freePort()
    // The first display to be tried: several are started at once.
    const display = 100 + (process.pid % 30_000)
    const withDisplay = ['-a', '-n', String(display), 'dbus-run-session', '--']
    const driver = start('xvfb-run', ...withDisplay, program, `--port=${port}`)
    const ask = async (path: string, body?: object) => {
      const method = body === undefined ? 'GET' : 'POST'
      const answer = await fetch(`http://127.0.0.1:${port}/${path}`, { method, body: JSON.stringify(body) })
      const { value } = (await answer.json()) as { value: { sessionId: string; message?: string } }
      if (!answer.ok) throw new Error(`${program}: ${value.message}`)
      return value
    }
    const end = Date.now() + 60_000
    while (!(await ask('status').catch(() => null))) {
      if (driver.exitCode !== null || Date.now() > end) throw new Error(`${program} does not start`)
      await wait(100)
    }
    const { sessionId } = await ask('session', { capabilities: {} })
    await ask(`session/${sessionId}/url`, { url })
  })

/**
 * Memory that threads share, as Safari has it on isolated pages; compiled WebAssembly from the start, as WebKitGTK 2.50's
 * interpreter of it was seen to crash; and no bus of assistive technologies.
 */
const FOR_WEBKIT = { JSC_useSharedArrayBuffer: '1', JSC_useWasmIPInt: '0', NO_AT_BRIDGE: '1' }

type Start = (program: string, ...args: string[]) => ChildProcess

/** Runs `work` with a new folder, which is home to the processes that it starts. */
async function inFolder(name: string, work: (folder: string, start: Start) => Promise<void>): Promise<Close> {
  const folder = await mkdtemp(join(tmpdir(), `softmargin-${name}-`))
  const env = { ...process.env, ...FOR_WEBKIT, HOME: folder, TMPDIR: folder }
  const started: ChildProcess[] = []
  const start: Start = (program, ...args) => {
    // A group of its own: whatever it starts in turn ends with it.
    const child = spawn(program, args, { cwd: folder, env, detached: true, stdio: 'ignore' })
    started.push(child)
    return child
  }
  const end = (signal: NodeJS.Signals) => {
    for (const { pid } of started) endGroup(pid, signal)
  }
  const kill = () => end('SIGKILL')
  const close = async () => {
    process.off('exit', kill)
    const ends = started.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit'))
    end('SIGTERM')
    await Promise.race([Promise.all(ends), wait(3000, undefined, { ref: false })])
    kill()
    await Promise.all(ends)
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  }
  process.on('exit', kill)
  try {
    await work(folder, start)
  } catch (error) {
    await close()
    throw error
  }
  return close
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // It has ended by itself.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
