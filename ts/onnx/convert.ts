/** How operations become nodes. */
import type { Site } from './site.js'

/** Gives the names of the results; null where there is no form for one that nobody may use. */
export type Converter = (site: Site) => string | readonly (string | null)[]

/** By the name of the operation's record, or of what several are as a whole. */
export type Converters = Readonly<Record<string, Converter>>
