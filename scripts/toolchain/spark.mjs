// What Spark needs: Java, and a virtual environment in build/ with pyspark and what its workers import. Both are found or
// installed; if that cannot be, a sentence says what to run.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { inProject } from '../project.mjs'
import { stage } from '../stage.mjs'
import { answer, attempt, Failure, step } from '../step.mjs'
import { installFromDebian, installingFromDebianIsPossible, isDebian } from './debian.mjs'

export const requirements = 'python/tests/requirements_spark.txt'

const oldestJava = 17
const isWindows = process.platform === 'win32'
const environment = 'build/spark-venv'
const python = `${environment}/${isWindows ? 'Scripts/python.exe' : 'bin/python'}`

/** The Python of the virtual environment, and variables with which Spark finds Java and its workers Python. */
export async function ensureSpark() {
  const java = await found(findJava, 'java', `Java ${oldestJava} or newer (openjdk-17-jre-headless)`)
  const base = await found(findPython, 'python', 'Python 3.11 or newer with its modules venv and ensurepip')
  const inputs = [requirements, 'python/tests/requirements.txt']
  const options = [inProject(), answer(base, ['--version'])]
  await stage({ name: 'Python for Spark', inputs, outputs: [python], options }, async () => {
    rmSync(inProject(environment), { recursive: true, force: true })
    await step('Making a virtual environment', base, ['-m', 'venv', inProject(environment)], {
      expect: '5 s',
    })
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '-r', requirements]
    await step('Installing pyspark from PyPI, 450 MB', inProject(python), pip, { expect: '90 s' })
  })
  const PATH = [join(java, 'bin'), process.env.PATH].join(delimiter)
  const PYSPARK_PYTHON = inProject(python)
  const env = { ...process.env, JAVA_HOME: java, PATH, PYSPARK_PYTHON, SOFTMARGIN_NODE: process.execPath }
  // An installation of Spark elsewhere has other versions.
  for (const name of ['SPARK_HOME', 'PYSPARK_DRIVER_PYTHON', 'PYTHONPATH', 'SOFTMARGIN_WASM'])
    delete env[name]
  return { python: inProject(python), env }
}

/** What `find` gives, after an installation from Debian if need be. */
async function found(find, what, needed) {
  let path = find()
  if (path === undefined && installingFromDebianIsPossible()) {
    await attempt(() => installFromDebian(what))
    path = find()
  }
  if (path !== undefined) return path
  const command = `sudo node scripts/toolchain/debian.mjs ${what}`
  throw new Failure(
    `Spark needs ${needed}. Please ${isDebian() ? `run: ${command}` : 'install it and put it on PATH'}`,
  )
}

/** The home of the first Java that is new enough: in JAVA_HOME, on PATH, or where Debian has others. */
function findJava() {
  const debian = existsSync('/usr/lib/jvm') ? readdirSync('/usr/lib/jvm').sort() : []
  const homes = [process.env.JAVA_HOME, undefined, ...debian.map((name) => join('/usr/lib/jvm', name))]
  for (const home of new Set(homes)) {
    const java = home === undefined ? 'java' : join(home, 'bin', isWindows ? 'java.exe' : 'java')
    // Its settings are on stderr.
    const { stderr } = spawnSync(java, ['-XshowSettings:properties', '-version'], { encoding: 'utf8' })
    const setting = (name) => new RegExp(`^\\s*${name} = (.+?)\\s*$`, 'm').exec(stderr ?? '')?.[1]
    if (Number(setting('java.specification.version')) >= oldestJava) return setting('java.home')
  }
}

function findPython() {
  const program = 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'
  return ['python3', 'python'].find((name) => answer(name, ['-c', program]) !== undefined)
}
