/** Arguments of torch's layers for a device and an element type. There is one of each, which may be named. */

export const DEVICE = "device: 'cpu' = None"
export const DTYPE = "dtype: 'float32' = None"

/** Device and type of parameters, for compatibility with torch: only these values are accepted. */
export interface FactoryOptions {
  /** 'cpu' or null. */
  device?: 'cpu' | null
  /** 'float32' or null. */
  dtype?: 'float32' | null
}
