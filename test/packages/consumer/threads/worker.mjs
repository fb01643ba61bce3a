import { answer } from './work.mjs'

postMessage(await answer())
