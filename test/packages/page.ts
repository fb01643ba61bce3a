/** The four examples of the page that this project implements. */
import { readFileSync } from 'node:fs'

/** The examples as they stand. Their text runs on: the comment that ends one meets the one that begins the next. */
export function examplesOfPage(): string[] {
  return readFileSync('test/packages/page/examples.txt', 'utf8').split(/(?<=^\/\/.*\S)(?=\/\/ )/m)
}
