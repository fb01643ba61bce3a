/** Pages of text. */
import './shell/shell.ts'
