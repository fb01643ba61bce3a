/** What Deno asks its users about. */
interface Permission {
  readonly name: 'env' | 'read'
  readonly variable?: string
  readonly path?: URL
}

interface Asking {
  readonly permissions: { querySync(permission: Permission): { readonly state: string } }
}

/** Whether something is permitted without a question to the user, who did not ask for it: always, but in Deno. */
export function isPermitted(permission: Permission): boolean {
  const { Deno } = globalThis as { Deno?: Asking }
  return Deno === undefined || Deno.permissions.querySync(permission).state === 'granted'
}
