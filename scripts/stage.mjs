// A build stage runs when its inputs differ from those of its last success, or an output is missing. It compares
// contents, not times: switching branches and back costs nothing.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { inProject } from './project.mjs'

/** Runs `make` if the stage is stale. `inputs` and `outputs` are files or folders of the project; other `options` make it stale too. */
export async function stage({ name, inputs, outputs, options = [] }, make) {
  const stamp = inProject('build', 'stamps', name)
  const hash = hashOf(inputs, options)
  if (isFresh(stamp, hash, outputs)) {
    console.error(`${name}: up to date`)
    return
  }
  rmSync(stamp, { force: true })
  await make()
  mkdirSync(inProject('build', 'stamps'), { recursive: true })
  writeFileSync(stamp, hash)
}

function isFresh(stamp, hash, outputs) {
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) return false
  return outputs.every((path) => existsSync(inProject(path)))
}

function hashOf(inputs, options) {
  const hash = createHash('sha256').update(JSON.stringify(options))
  for (const path of inputs.flatMap(filesUnder)) {
    const content = readFileSync(inProject(path))
    hash.update(`${path} ${content.length}\n`)
    hash.update(content)
  }
  return hash.digest('hex')
}

function filesUnder(path) {
  if (!existsSync(inProject(path))) return []
  if (!statSync(inProject(path)).isDirectory()) return [path]
  const names = readdirSync(inProject(path)).sort()
  return names.flatMap((name) => filesUnder(`${path}/${name}`))
}
