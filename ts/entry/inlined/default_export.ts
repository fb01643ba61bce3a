/** As ts/default_export.ts. */
import * as torch from './api.js'

export { torch as default }
