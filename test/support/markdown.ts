/** The fenced blocks of a page of Markdown, in order. */

export interface Block {
  readonly language: string
  /** What follows the language: the name of a file. */
  readonly file: string
  readonly text: string
  /** The heading (##) above it. */
  readonly section: string
  /** Where it begins and ends in the page, with its fences. */
  readonly start: number
  readonly end: number
}

export function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  let section = ''
  for (const found of page.matchAll(/^## (.+)$|^```(\w+) ?(.*)\n((?:.*\n)*?)^```$/gm)) {
    const [whole, heading, language, file, text] = found
    if (heading !== undefined) section = heading
    else blocks.push({ language, file, text, section, start: found.index, end: found.index + whole.length })
  }
  return blocks
}

/** The page with what each block printed in a block of text below it, and none where nothing was. */
export function withOutputs(page: string, outputs: ReadonlyMap<Block, string>): string {
  const blocks = blocksOf(page)
  let [result, from] = ['', 0]
  for (const [block, output] of outputs) {
    const next = blocks[blocks.findIndex(({ start }) => start === block.start) + 1]
    const hasOutput = next?.language === 'text' && page.slice(block.end, next.start).trim() === ''
    result += page.slice(from, block.end)
    if (output !== '') result += `\n\n\`\`\`text\n${output}\n\`\`\``
    from = hasOutput ? next.end : block.end
  }
  return result + page.slice(from)
}
