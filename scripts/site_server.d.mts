import type { Server } from 'node:http'

export interface Serving {
  port?: number
  /** The path at which the folder is. */
  under?: string
  /** What the host sends with every file. */
  headers?: Record<string, string>
}

export function startServer(folder: string, serving?: Serving): Promise<{ url: string; server: Server }>
export function fileOf(folder: string, url: string, under: string): string | undefined
export function typeOf(file: string): string
export function serveSite(folder: string): Promise<void>
