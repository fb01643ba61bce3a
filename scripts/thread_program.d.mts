export const threadAsText: {
  name: string
  enforce: 'pre'
  resolveId(source: string): object | null
  load(id: string): string | null
}
