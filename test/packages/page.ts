/** The four examples of the page that this project implements, where it lies beside the checkout. */
import { existsSync, readFileSync } from 'node:fs'

const PAGE = '../shared/seed/torch.nn.MultiLabelSoftMarginLoss.txt'

export const pageIsThere = existsSync(PAGE)

/** The examples as they stand. Their text runs on: the comment that ends one meets the one that begins the next. */
export function examplesOfPage(): string[] {
  const [, text] = readFileSync(PAGE, 'utf8').split(/^Examples\n/m)
  return text.split(/(?<=^\/\/.*\S)(?=\/\/ )/m)
}
