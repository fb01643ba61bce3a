export function split(module: Uint8Array): { sorted: Uint8Array; lengths: number[]; head: number }
