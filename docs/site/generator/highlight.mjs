// Code in colours at build time. A strict policy allows no style attributes, so a token gets a class, whose colour is a token
// of the design (app/styles/code.css).
import { createCssVariablesTheme, createHighlighter } from 'shiki'

const LANGUAGES = ['typescript', 'javascript', 'python', 'shellscript', 'json', 'html', 'rust']
const ALIASES = {
  ts: 'typescript',
  js: 'javascript',
  py: 'python',
  sh: 'shellscript',
  bash: 'shellscript',
  mjs: 'javascript',
}

const theme = createCssVariablesTheme({ name: 'classes', variablePrefix: '--' })

/** `<pre>` with classes instead of style attributes. */
const withClasses = {
  pre(node) {
    node.properties.style = undefined
    node.properties.class = 'code'
  },
  span(node) {
    const color = /--token-([a-z-]+)/.exec(node.properties.style ?? '')?.[1]
    node.properties.style = undefined
    if (color !== undefined) node.properties.class = `t-${color}`
  },
}

export async function createHighlight() {
  const highlighter = await createHighlighter({ themes: [theme], langs: LANGUAGES })
  return (code, language) => {
    const lang = ALIASES[language] ?? language
    const known = LANGUAGES.includes(lang) ? lang : 'text'
    return highlighter.codeToHtml(code.replace(/\n$/, ''), {
      lang: known,
      theme: 'classes',
      transformers: [withClasses],
    })
  }
}
