/** Pictures, each as 3 x 32 x 32 numbers from 0 to 1. */
import torch from 'softmargin'
import type { Dataset } from './dataset.ts'

export const SIDE = 32
const PLANE = SIDE * SIDE

export interface PictureRows {
  /** [rows, 32, 32, 4]: RGBA. */
  pixels: Uint8ClampedArray
  names: string[]
  labels: string[]
  targets: Float32Array
}

export function pictureDataset({ pixels, names, labels, targets }: PictureRows): Dataset {
  const tensorOf = (chosen: Int32Array, from: Uint8ClampedArray) => {
    const values = new Float32Array(chosen.length * 3 * PLANE)
    chosen.forEach((row, i) => {
      for (let at = 0; at < PLANE; at++) {
        const pixel = (row * PLANE + at) * 4
        for (let channel = 0; channel < 3; channel++)
          values[(i * 3 + channel) * PLANE + at] = from[pixel + channel] / 255
      }
    })
    return torch.tensor(values).reshape([chosen.length, 3, SIDE, SIDE])
  }
  return {
    ...{ rows: names.length, labels, targets, given: null },
    textOf: (row) => names[row] ?? '',
    pictureOf: (row) => pixels.slice(row * PLANE * 4, (row + 1) * PLANE * 4),
    fit: () => ({ shape: [3, SIDE, SIDE], tensor: (rows) => tensorOf(rows, pixels), state: { side: SIDE } }),
    async encode(one) {
      if (!('picture' in one)) throw new Error('This model was trained on pictures: drop one.')
      return { input: tensorOf(Int32Array.of(0), await pixelsOf(one.picture)), note: '' }
    },
  }
}

/** A picture scaled to fit, on white. @throws if it cannot be decoded */
export async function pixelsOf(file: Blob): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(file)
  const canvas = new OffscreenCanvas(SIDE, SIDE)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('This browser gives a worker no canvas.')
  const scale = SIDE / Math.max(bitmap.width, bitmap.height)
  const [width, height] = [bitmap.width * scale, bitmap.height * scale]
  context.fillStyle = 'white'
  context.fillRect(0, 0, SIDE, SIDE)
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, (SIDE - width) / 2, (SIDE - height) / 2, width, height)
  bitmap.close()
  return context.getImageData(0, 0, SIDE, SIDE).data
}
