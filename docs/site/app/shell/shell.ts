/** What every page has: the styles, the switch of colours, search. */
import '../styles/index.css'
import './isolation.ts'
import { prepareSearch } from './search.ts'
import { prepareTheme } from './theme.ts'

prepareTheme()
prepareSearch()
