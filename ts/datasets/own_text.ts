/** A copy of a text: a part of a text would keep all of that in memory, and be of two bytes for each character if any there is. */
export function copyOfText(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}
