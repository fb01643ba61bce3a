/** The front page. */
import '../shell/shell.ts'
