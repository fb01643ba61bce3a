import type { Contract } from './contract.mjs'

export function abiPage(contract: Contract): string
