/** GPUs, of which there are none: for programs that ask. Source: torch.cuda. */
import { called } from './called.js'

/** Whether there is a GPU to use: never. */
export const is_available: () => false = called('is_available', [], () => false as const)
/** The number of GPUs: none. */
export const device_count: () => 0 = called('device_count', [], () => 0 as const)
