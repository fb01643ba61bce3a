/** The default export, in its own file: Parcel 2 confuses an `import *` and an `export *` of the same file in one file. */
import * as torch from './api.js'

export { torch as default }
