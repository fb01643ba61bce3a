/** As ts/default_export.ts. */
import * as torch from './index.js'

export { torch as default }
