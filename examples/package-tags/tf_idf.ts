import type { Program } from './data.js'

/** log(rows / (document frequency + 1)): a feature that nearly every program has says little. */
export function inverseDocumentFrequency(programs: Program[], features: number): Float32Array {
  const frequency = new Float32Array(features)
  for (const program of programs) for (const feature of program.features) frequency[feature] += 1
  return frequency.map((count) => Math.log(programs.length / (count + 1)))
}

/**
 * One row per program, row-major: the idf of each feature it has, scaled to length 1 so that long
 * descriptions do not shout.
 */
export function tfIdfRows(rows: number[][], idf: Float32Array): Float32Array {
  const values = new Float32Array(rows.length * idf.length)
  rows.forEach((features, row) => {
    const length = Math.hypot(...features.map((feature) => idf[feature]))
    if (length === 0) return
    for (const feature of features) values[row * idf.length + feature] = idf[feature] / length
  })
  return values
}

/** One row per program, row-major: 1 for each tag it has. */
export function tagRows(programs: Program[], tags: number): Float32Array {
  const values = new Float32Array(programs.length * tags)
  programs.forEach((program, row) => {
    for (const tag of program.tags) values[row * tags + tag] = 1
  })
  return values
}
