export function lzma(bytes: Uint8Array): Uint8Array
