/** Where torch's layers let choose a device and an element type. There is one of each; its name is taken. */

export const DEVICE = "device: 'cpu' = None"
export const DTYPE = "dtype: 'float32' = None"

/** Where parameters lie, and their type: what torch's programs may say, and no choice. */
export interface FactoryOptions {
  /** 'cpu' or null. */
  device?: 'cpu' | null
  /** 'float32' or null. */
  dtype?: 'float32' | null
}
