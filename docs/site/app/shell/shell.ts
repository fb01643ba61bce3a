/** What every page has: the styles, the switch of colours, search. */
import '../styles/index.css'
import { prepareIsolation } from './isolation.ts'
import { prepareSearch } from './search.ts'
import { prepareTheme } from './theme.ts'

prepareTheme()
prepareIsolation()
prepareSearch()
