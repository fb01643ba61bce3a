import type { Program, Vocabulary } from './data.js'

/** What a description says in the model's own terms: for each word, the features it speaks for. */
export interface Reading {
  words: Map<string, number[]>
  unknown: string[]
}

type FeatureIndex = (name: string) => number | undefined

// What `lib` + word does not find. The vocabulary has no one-letter words: of the letters only these two
// are understood.
const libraries = new Map([
  ['c', 'libc'],
  ['c++', 'libstdc++'],
  ['gtk+', 'libgtk'],
  ['x', 'libx'],
])

function featureIndex(vocabulary: Vocabulary): FeatureIndex {
  const indices = new Map(vocabulary.features.map((feature, index) => [feature, index]))
  return (name) => indices.get(name)
}

function firstKnown(find: FeatureIndex, names: string[]): number[] {
  const index = names.map(find).find((found) => found !== undefined)
  return index === undefined ? [] : [index]
}

/**
 * A description comes without section and dependencies, which carry half of what the model knows. A word
 * that names one is taken at its word: `game` is section:games, `ncurses` is depends:libncurses.
 */
function featuresOfWord(word: string, find: FeatureIndex): number[] {
  if (word.length < 2 && !libraries.has(word)) return []
  const singular = word.replace(/s$/, '')
  return [
    ...firstKnown(find, [`word:${word}`, `word:${word}s`, `word:${singular}`]),
    ...firstKnown(find, [`section:${word}`, `section:${word}s`, `section:${singular}`]),
    ...firstKnown(find, [`depends:${libraries.get(word) ?? word}`, `depends:lib${word}`]),
  ]
}

// The vocabulary was made the same way: lower case, digits cut ("IPv6" is "ipv").
function splitWords(text: string): { written: string; word: string }[] {
  const parts = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}+#]*/gu) ?? []
  return parts.map((written) => ({ written, word: written.replace(/\p{N}/gu, '') }))
}

/**
 * In the archive "written in" announces a language other than C, which goes without saying there; left in,
 * it would speak against C even in "written in C". The language alone says it all.
 */
const withoutPhrases = (text: string): string => text.replace(/\b(?:written|implemented) in\b/gi, ' ')

export function readDescription(text: string, vocabulary: Vocabulary): Reading {
  const find = featureIndex(vocabulary)
  const reading: Reading = { words: new Map(), unknown: [] }
  for (const { written, word } of splitWords(withoutPhrases(text))) {
    const features = featuresOfWord(word, find)
    const claimed = featuresOf(reading)
    if (features.length > 0 && !reading.words.has(written))
      reading.words.set(
        written,
        features.filter((feature) => !claimed.includes(feature)),
      )
    else if (written !== 'a' && !reading.unknown.includes(written)) reading.unknown.push(written)
  }
  return reading
}

export function featuresOf(reading: Reading): number[] {
  return [...new Set([...reading.words.values()].flat())]
}

/** Programs as if only their descriptions were known: what the threshold for descriptions is tuned on. */
export function descriptionsOf(programs: Program[], vocabulary: Vocabulary): number[][] {
  const find = featureIndex(vocabulary)
  return programs.map(({ features }) => {
    const words = features
      .map((feature) => vocabulary.features[feature])
      .filter((feature) => feature.startsWith('word:'))
    return [...new Set(words.flatMap((word) => featuresOfWord(word.slice('word:'.length), find)))]
  })
}
