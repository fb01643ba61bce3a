/** Names of checkpoints, with metrics as Python formats them. */
import { ValueError } from '../base/errors.js'

/**
 * `'{epoch:02d}-{val_loss:.2f}'` with epoch 3 and val_loss 0.321 is `epoch=03-val_loss=0.32`; a metric that is missing is 0, as
 * in Lightning.
 */
export function fileNameOf(pattern: string, metrics: Record<string, unknown>, insertsNames: boolean): string {
  return pattern.replace(/\{([^{}:]+)(?::([^{}]*))?\}/g, (_, name: string, format = '') => {
    const value = metrics[name]
    const text = formatted(typeof value === 'number' ? value : 0, format)
    return insertsNames ? `${name}=${text}` : text
  })
}

/** The part of Python's format that names of files need: `02d`, `.3f`, `.2e`, none. */
function formatted(value: number, format: string): string {
  const [, zero, width = '0', , digits = '6', type] = /^(0?)(\d*)(\.(\d+))?([dfeg]?)$/.exec(format) ?? []
  if (zero === undefined) {
    throw new ValueError(
      `ModelCheckpoint: the format '${format.slice(0, 80)}' of filename is not known: use 02d or .3f`,
    )
  }
  const places = Math.min(Number(digits), 100)
  const text =
    type === 'f'
      ? value.toFixed(places)
      : type === 'e'
        ? value.toExponential(places)
        : type === 'd'
          ? value.toFixed(0)
          : String(value)
  return text.padStart(Math.min(Number(width), 100), zero === '0' ? '0' : ' ')
}
