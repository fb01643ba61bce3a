/** A file of text: its beginning, and all of it. */
export interface TextFile {
  title: string
  head: string
  /** Whether the head is all. */
  isWhole: boolean
  file: Blob
}
