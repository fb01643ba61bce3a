import torch from 'softmargin'

/** Pictures have 32 x 32 pixels; the sheet has a border of one around each. */
const SIZE = 32
const CELL = SIZE + 2

const TAGS = 30

/** The same code point sequence in both packages: they differ in the selectors that ask for a picture. */
const keyOf = (code) => code.replaceAll('-FE0F', '')

/**
 * Pictures [N, 3, 32, 32], bytes on a white ground, beside their targets [N, 30]: the tags that most emoji have.
 *
 * @param sheet what fast-png decodes of the sheet of emoji-datasource-google
 * @param pictures emoji.json of emoji-datasource-google, which says where on the sheet each one is
 * @param entries data.json of emojibase-data, which has the tags
 */
export function readEmoji(sheet, pictures, entries) {
  const places = new Map(
    pictures
      .filter(({ has_img_google }) => has_img_google)
      .map(({ unified, sheet_x, sheet_y }) => [keyOf(unified), { x: sheet_x, y: sheet_y }]),
  )
  const known = entries.filter(({ hexcode }) => places.has(keyOf(hexcode)))
  const tags = mostFrequent(known.flatMap(({ tags = [] }) => tags))
  const columns = sheet.width / CELL
  const cells = known.map(({ hexcode }) => places.get(keyOf(hexcode))).map(({ x, y }) => y * columns + x)
  return {
    images: onWhite(cut(sheet).index_select(0, torch.tensor(cells, { dtype: torch.int32 }))),
    targets: torch.tensor(
      known.map((emoji) => tags.map((tag) => Number(emoji.tags?.includes(tag) ?? false))),
    ),
    tags,
    names: known.map(({ label }) => label),
  }
}

function mostFrequent(names) {
  const counts = new Map()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, TAGS)
    .map(([name]) => name)
}

/** All cells of the sheet, row by row: [cells, 4, 32, 32]. */
function cut({ width, height, channels, data }) {
  const [rows, columns] = [height / CELL, width / CELL]
  return torch
    .tensor(data)
    .reshape([rows, CELL, columns, CELL, channels])
    .index(':, 1:-1, :, 1:-1')
    .permute([0, 2, 4, 1, 3])
    .reshape([rows * columns, channels, SIZE, SIZE])
}

/** What shines through is white. */
function onWhite(pixels) {
  const [colours, alpha] = [pixels.index(':, :3').float(), pixels.index(':, 3:').float().div(255)]
  return colours.sub(255).mul(alpha).add(255).round().to(torch.uint8)
}
