/** Search over all pages of text, by Pagefind's index, which is loaded when a visitor first searches. */
export function prepareSearch(): void {}
