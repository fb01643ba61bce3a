import pictures from 'emoji-datasource-google/emoji.json'
import sheetUrl from 'emoji-datasource-google/img/google/sheets/32.png?url'
import entries from 'emojibase-data/en/data.json'
import { decode } from 'fast-png'
import torch from 'softmargin'
import { readEmoji } from './data.js'
import { createModel } from './model.js'
import { predict, scoresOf, split, train, tune } from './train.js'

/** Every seventh of the pictures that are kept apart, so that there is some of everything. */
const EVERY = 7

const [epochs, start, stop, progress, status, gallery] = [
  'epochs',
  'train',
  'stop',
  'progress',
  'status',
  'gallery',
].map((id) => document.getElementById(id))

torch.manual_seed(0)
const sheet = decode(await (await fetch(sheetUrl)).arrayBuffer())
const emoji = readEmoji(sheet, pictures, entries)
const parts = split(emoji)
const captions = showPictures(parts[2])
status.textContent = `${emoji.names.length} emoji, ${emoji.tags.length} tags: ${emoji.tags.join(', ')}`
start.disabled = false

/** Draws what the network sees, and returns the places for its tags. */
function showPictures(rows) {
  return Array.from({ length: Math.ceil(rows.length / EVERY) }, (_, i) => {
    const [image, , index] = rows.get(i * EVERY)
    const figure = document.createElement('figure')
    const caption = document.createElement('figcaption')
    caption.textContent = emoji.names[index.item()]
    const tags = document.createElement('div')
    caption.append(tags)
    figure.append(draw(image), caption)
    const item = document.createElement('li')
    item.append(figure)
    gallery.append(item)
    return tags
  })
}

function draw(image) {
  const [, height, width] = image.shape
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const opaque = torch.full([1, height, width], 255, { dtype: torch.uint8 })
  const pixels = torch.cat([image, opaque]).permute([1, 2, 0]).contiguous().data()
  canvas.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0)
  return canvas
}

start.addEventListener('click', async () => {
  const controller = new AbortController()
  stop.onclick = () => controller.abort()
  start.disabled = true
  stop.disabled = false
  try {
    await learn(epochs.valueAsNumber || 20, controller.signal)
  } catch (error) {
    status.textContent = String(error)
  } finally {
    start.disabled = false
    stop.disabled = true
  }
})

async function learn(epochs, signal) {
  const model = createModel(emoji.tags.length)
  const started = performance.now()
  const history = await train(model, parts, { epochs, signal, on_progress: showProgress })
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  if (history.length === 0) {
    status.textContent = 'Stopped within the first epoch.'
    return
  }
  const [thresholds, { probabilities, targets }] = [tune(model, parts), predict(model, parts[2])]
  const { macroF1, auroc } = scoresOf({ probabilities, targets }, thresholds)
  status.textContent = `${history.length} epochs in ${seconds} s. On ${parts[2].length} other pictures: macro F1 ${macroF1.toFixed(3)}, AUROC ${auroc.toFixed(3)}.`
  showTags(probabilities.ge(thresholds).tolist(), targets.tolist())
}

function showProgress({ stage, epoch, max_epochs, batch_idx, num_batches, loss }) {
  if (stage !== 'train') return
  progress.value = (epoch + batch_idx / num_batches) / max_epochs
  status.textContent = `Epoch ${epoch + 1} of ${max_epochs}, loss ${loss.toFixed(4)}`
}

function showTags(chosen, wanted) {
  for (const [i, caption] of captions.entries()) {
    const row = i * EVERY
    const tags = emoji.tags.flatMap((tag, label) => {
      const [isChosen, isWanted] = [Boolean(chosen[row][label]), Boolean(wanted[row][label])]
      if (!isChosen && !isWanted) return []
      const item = document.createElement('span')
      item.className = isChosen ? (isWanted ? 'right' : 'wrong') : 'missed'
      item.textContent = `${{ right: '✓', wrong: '✗', missed: '–' }[item.className]} ${tag}`
      return [item]
    })
    caption.replaceChildren(...tags)
  }
}
