import type { Vocabulary } from './data.js'
import { featuresOf, type Reading, readDescription } from './description.js'
import { type Column, decimals, formatTable } from './table.js'
import { probabilities, type Tagger } from './tagger.js'
import { tfIdfRows } from './tf_idf.js'

interface Verdict {
  label: string
  probability: number
  words: string
}

const wordsShown = 3
const runnersUpShown = 3

/** The logit is the bias and a sum of weight x value over the features: each word's share of it is exact. */
function loudestWords(tag: number, reading: Reading, row: Float32Array, weight: ArrayLike<number>): string {
  const share = (features: number[]): number =>
    features.reduce((sum, feature) => sum + weight[tag * row.length + feature] * row[feature], 0)
  return [...reading.words]
    .map(([word, features]) => ({ word, share: share(features) }))
    .filter((spoken) => spoken.share >= 0.05)
    .sort((a, b) => b.share - a.share)
    .slice(0, wordsShown)
    .map((spoken) => `${spoken.word} +${decimals(spoken.share, 1)}`)
    .join(', ')
}

function judge(reading: Reading, tagger: Tagger, { labels }: Vocabulary): Verdict[] {
  const features = featuresOf(reading)
  const row = tfIdfRows([features], tagger.idf)
  const weight = tagger.model.weight.data()
  const chances = probabilities(tagger.model, tagger.idf, [features]).data()
  return labels
    .map((label, tag) => ({
      label,
      probability: chances[tag],
      words: loudestWords(tag, reading, row, weight),
    }))
    .sort((a, b) => b.probability - a.probability)
}

const columns: Column<Verdict>[] = [
  { title: 'tag', align: 'left', value: ({ label }) => label },
  { title: 'probability', align: 'right', value: ({ probability }) => decimals(probability, 2) },
  { title: 'words that spoke most', align: 'left', value: ({ words }) => words || '–' },
]

/** How each word was understood: `game` as word:game and section:games. */
function understood(reading: Reading, { features }: Vocabulary): string {
  return [...reading.words]
    .map(([word, indices]) => `${word} (${indices.map((index) => features[index]).join(', ')})`)
    .join('; ')
}

function explainReading(text: string, reading: Reading, tagger: Tagger, vocabulary: Vocabulary): string {
  const verdicts = judge(reading, tagger, vocabulary)
  const threshold = tagger.descriptionThreshold
  const proposed = verdicts.filter(({ probability }) => probability > threshold)
  const runnersUp = verdicts.slice(proposed.length, proposed.length + runnersUpShown)
  return [
    `Tags for "${text}" (threshold ${decimals(threshold, 2)}):`,
    '',
    proposed.length > 0 ? formatTable(columns, proposed) : 'No tag reaches the threshold.',
    '',
    `Next: ${runnersUp.map(({ label, probability }) => `${label} ${decimals(probability, 2)}`).join(', ')}.`,
    `Read as: ${understood(reading, vocabulary)}.`,
    ...(reading.unknown.length > 0 ? [`Unknown to the model: ${reading.unknown.join(', ')}.`] : []),
  ].join('\n')
}

export interface Explanation {
  /** False when the model knows none of the words, so that there is nothing to judge. */
  understood: boolean
  text: string
}

export function explain(text: string, tagger: Tagger, vocabulary: Vocabulary): Explanation {
  const reading = readDescription(text, vocabulary)
  if (reading.words.size > 0)
    return { understood: true, text: explainReading(text, reading, tagger, vocabulary) }
  const words = reading.unknown.length > 0 ? ` (${reading.unknown.join(', ')})` : ''
  return {
    understood: false,
    text: `The model knows no word of this description${words}: say in plain English what the program does.`,
  }
}
