export const volume = (shape) => shape.reduce((product, size) => product * size, 1)

/** Reproducible numbers in [low, high), the same as in `pytorch.py`: an integer hash of index and seed. */
export function numbers(length, seed, low = -1, high = 1) {
  const out = new Float32Array(length)
  for (let i = 0; i < length; i++) {
    let hash = (Math.imul(i, 0x9e3779b1) + Math.imul(seed, 0x85ebca77)) >>> 0
    hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash = (hash ^ (hash >>> 16)) >>> 0
    out[i] = low + (high - low) * (hash / 2 ** 32)
  }
  return out
}

/** Labels of which a fifth are 1. */
export const labels = (length, seed) => numbers(length, seed, 0, 1).map((x) => Number(x < 0.2))

/** Shape and first values of each parameter of a model, in torch's order and layout. */
export function parameters(description) {
  const shapes = description.flatMap(([layer, inputs, outputs, kernel]) => {
    if (layer === 'linear') return [[outputs, inputs], [outputs]]
    if (layer === 'conv2d') return [[outputs, inputs, kernel, kernel], [outputs]]
    return []
  })
  return shapes.map((shape, i) => {
    const bound = 1 / Math.sqrt(volume(shape.slice(1)))
    return { shape, values: numbers(volume(shape), 100 + i, -bound, bound) }
  })
}

const placesOf = (values) => [0, 1, values.length >> 1, values.length - 1]

/** A few elements of a result, and its sum, to compare the parties' results. */
export function sample(values) {
  let sum = 0
  for (const value of values) sum += value
  return [sum, ...placesOf(values).map((place) => values[place])]
}

/** The same for any tensor: the sum of magnitudes, since sums of normalised values are nothing but rounding. */
export function magnitudes(values) {
  let sum = 0
  for (const value of values) sum += Math.abs(Number(value))
  return [sum, ...placesOf(values).map((place) => Number(values[Math.min(place, values.length - 1)]))]
}
