export interface Contract {
  version: string
  functions: Record<string, { parameters: { name: string; type: string }[]; result: string | null }>
}
export function contractOf(module: Uint8Array, bindings: string, version: string): Promise<Contract>
export function withContract(module: Uint8Array, contract: Contract): Uint8Array<ArrayBuffer>
export function contractIn(module: Uint8Array): Contract
