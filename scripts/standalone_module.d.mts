export function withoutImports(kernels: Uint8Array): Promise<Uint8Array>
