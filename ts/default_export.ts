/** The default export, in a file of its own: Parcel 2 takes one file's `import *` and `export *` for the same. */
import * as torch from './api.js'

export { torch as default }
