/** What the studio says of files that it cannot read, without a browser: WebKit's JSON.parse names no place, so none is asked for one. */
import { describe, expect, test } from 'vitest'
import { read, sentenceOf } from '../app/studio/reading/read.js'

async function said(
  name: string,
  text: string,
): Promise<{ sentence: string; line: number | null; notes: string[] }> {
  try {
    const { understood } = await read({ from: 'files', files: [new File([text], name)], paths: [name] }, {})
    return { sentence: '', line: null, notes: understood.notes }
  } catch (error) {
    return { ...sentenceOf(error), notes: [] }
  }
}

describe('a sentence with its line', () => {
  test.each([
    ['[{"a": 1, "label_x": 0},\n{"a": 2 "label_x": 1}]', 2, 'line 2, character 9: a comma is missing.'],
    ['[{"a": 1, "label_x": 0},\n{"a": 2, "label_x": 1},\n', 3, 'it breaks off'],
    ['[{"a": 1, "label_x": 0},\n{"a": 2, "label_x": "1}]', 2, 'a text in quotes never ends'],
    ['[{"a": 1},\n\n7]', 3, 'Line 3: an object is wanted'],
    ['[{"a": 1, "tags": []},\n{"a": 2,\n"tags": {"b": 1}}]', 2, 'Line 2: “tags” is an object'],
    ['{"rows": [\n{"a": 1, "tags": []},\n{"a": {}, "tags": ["b"]}\n]}', 3, 'Line 3: “a” is an object'],
    ['{"a": 1, "label_x": 0}\n\n{"a": 2, "label_x": 1\n', 3, 'Line 3: this is no valid JSON'],
    ['{"a": 1, "label_x": 0}\n\n{"a": [[1]], "label_x": 1}\n', 3, 'Line 3: “a” must be a list of plain tags'],
  ])('%j', async (text, line, sentence) => {
    const error = await said('rows.json', text)
    expect(error.line).toBe(line)
    expect(error.sentence).toContain(sentence)
  })

  test('a word among the numbers of a JSON is named with its line there', async () => {
    const rows = Array.from(
      { length: 9 },
      (_, i) => `{"a": ${i === 7 ? '"oops"' : i}, "b": "x\\ny", "label_x": ${i % 2}}`,
    )
    const { notes } = await said('rows.json', `[\n\n${rows.join(',\n')}]`)
    expect(notes).toContain('Line 10: “oops” is no number, and taken as missing.')
  })
})
