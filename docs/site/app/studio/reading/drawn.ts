/** Small pictures of shapes and colours, drawn here. */
import { pictureDataset, SIDE } from '../engine/pictures.ts'
import { randomFrom } from './examples.ts'
import { type Reading, readingOf } from './understanding.ts'

const LABELS = ['disc', 'square', 'stripes', 'red', 'blue', 'large']

export function drawnPictures(): Reading {
  const random = randomFrom(29)
  const rows = 900
  const size = SIDE * SIDE * 4
  const pixels = new Uint8ClampedArray(rows * size)
  const targets = new Float32Array(rows * LABELS.length)
  const names: string[] = []
  for (let row = 0; row < rows; row++) {
    const shape = Math.floor(random() * 3)
    const isRed = random() < 0.5
    const isLarge = random() < 0.5
    const radius = (isLarge ? 10 : 5) + random() * 3
    const [x, y] = [radius + random() * (SIDE - 2 * radius), radius + random() * (SIDE - 2 * radius)]
    const colour = isRed
      ? [190 + random() * 60, 40 + random() * 60, 40]
      : [40, 60 + random() * 60, 190 + random() * 60]
    const inside = [
      (i: number, j: number) => Math.hypot(i - x, j - y) < radius,
      (i: number, j: number) => Math.max(Math.abs(i - x), Math.abs(j - y)) < radius * 0.88,
      (i: number, j: number) =>
        Math.max(Math.abs(i - x), Math.abs(j - y)) < radius && Math.floor(j / 2) % 2 === 0,
    ][shape]
    for (let at = 0; at < SIDE * SIDE; at++) {
      const isOn = inside(at % SIDE, Math.floor(at / SIDE))
      const noise = (random() - 0.5) * 40
      for (let channel = 0; channel < 3; channel++)
        pixels[row * size + at * 4 + channel] = (isOn ? colour[channel] : 225) + noise
      pixels[row * size + at * 4 + 3] = 255
    }
    targets.set(
      [shape === 0, shape === 1, shape === 2, isRed, !isRed, isLarge].map(Number),
      row * LABELS.length,
    )
    names.push(`picture ${row + 1}`)
  }
  const dataset = pictureDataset({ pixels, names, labels: LABELS, targets })
  return readingOf(dataset, {
    title: 'Shapes',
    format: 'drawn here, 32 × 32',
    kind: 'pictures',
    features: 3 * SIDE * SIDE,
  })
}
