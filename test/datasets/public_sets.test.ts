/** Files as public sets of multi-label data are written. */
import { describe, expect, test } from 'vitest'
import { parse_arff, parse_csv, parse_libsvm } from '../../ts/datasets/index.js'

describe('CSV', () => {
  test("Kaggle's toxic comments: texts of several lines beside label columns", () => {
    const text =
      'id,comment_text,toxic,severe_toxic\r\n0000997932d777bf,"Explanation\nWhy the ""edits"" were reverted, é?",0,0\r\n000103f0d9cfb60f,"D\'aww!\r\n\r\nHe matches",1,0\r\n'
    const { texts, targets, features, label_names } = parse_csv(text, {
      labels: ['toxic', 'severe_toxic'],
      texts: ['comment_text'],
      drop: ['id'],
    })
    expect(texts.comment_text).toEqual([
      'Explanation\nWhy the "edits" were reverted, é?',
      "D'aww!\r\n\r\nHe matches",
    ])
    expect([features.shape, label_names]).toEqual([
      [2, 0],
      ['toxic', 'severe_toxic'],
    ])
    expect(targets.tolist()).toEqual([
      [0, 0],
      [1, 0],
    ])
  })

  test("MovieLens' genres", () => {
    const text =
      '\ufeffmovieId,title,genres\r\n1,Toy Story (1995),Adventure|Animation\r\n3,"American President, The (1995)",Drama\r\n4,Nothing,\r\n'
    const { texts, targets, label_names } = parse_csv(text, {
      labels: 'genres',
      separator: '|',
      texts: 'title',
      drop: 'movieId',
    })
    expect(texts.title).toEqual(['Toy Story (1995)', 'American President, The (1995)', 'Nothing'])
    expect(label_names).toEqual(['Adventure', 'Animation', 'Drama'])
    expect(targets.tolist()).toEqual([
      [1, 1, 0],
      [0, 0, 1],
      [0, 0, 0],
    ])
  })

  test("CheXpert's findings: empty where nobody looked, -1 where nobody knows", () => {
    const text = 'Path,Age,Edema,Fracture\na.jpg,68,1.0,\nb.jpg,87,-1.0,0.0\n'
    const { features, targets } = parse_csv(text, { labels: 2, texts: ['Path'] })
    expect(features.tolist()).toEqual([[68], [87]])
    expect(targets.tolist()).toEqual([
      [1, Number.NaN],
      [-1, 0],
    ])
  })
})

describe('libsvm', () => {
  test("LIBSVM's own: labels from 0, features from 1, rows of no label", () => {
    const { features, targets } = parse_libsvm('2,5 1:0.002340 3:1 \n 2:-1e-3 \n0 1:1 \n')
    expect(features.to_dense().tolist()).toEqual([
      [Math.fround(0.00234), 0, 1],
      [0, Math.fround(-0.001), 0],
      [1, 0, 0],
    ])
    expect(targets.tolist()).toEqual([
      [0, 0, 1, 0, 0, 1],
      [0, 0, 0, 0, 0, 0],
      [1, 0, 0, 0, 0, 0],
    ])
  })

  test('the extreme classification repository: counts first, all from 0', () => {
    const { features, targets } = parse_libsvm('3 5 4\n1,3 0:0.5 4:1\n\n2 1:2\n', { sparse_output: true })
    expect([features.shape, targets.shape]).toEqual([
      [3, 5],
      [3, 4],
    ])
    expect(targets.col_indices().tolist()).toEqual([1, 3, 2])
    expect(targets.crow_indices().tolist()).toEqual([0, 2, 2, 3])
  })
})

describe('ARFF', () => {
  test('MEKA: labels first, options in the name of the relation', () => {
    const text = `@relation 'Music: -C 2 -split-number 300'

@attribute amazed-suprised {0,1}
@attribute happy-pleased {0,1}
@attribute Mean_Acc1298_Mean_Mem40_Centroid numeric

@data

0,1,0.034741
1,0,?
`
    const { features, targets, label_names } = parse_arff(text)
    expect(label_names).toEqual(['amazed-suprised', 'happy-pleased'])
    expect(features.shape).toEqual([2, 1])
    expect(targets.tolist()).toEqual([
      [0, 1],
      [1, 0],
    ])
  })

  test('Mulan: sparse rows, and an XML of labels in another order', () => {
    const text = `@relation bibtex
@attribute dependent {0,1}
@attribute "a word" numeric
@attribute 'TAG_2005' {0,1}
@attribute TAG_2006 {0, 1}
@data
{0 1,1 2.5,3 1}
{2 1 , 3 1}
`
    const xml =
      '<?xml version="1.0" ?>\n<labels xmlns="http://mulan.sourceforge.net/labels">\n<label name="TAG_2006"></label>\n<label name="TAG_2005"></label>\n</labels>\n'
    const { features, targets, feature_names, label_names } = parse_arff(text, { labels: xml })
    expect([feature_names, label_names]).toEqual([
      ['dependent', 'a word'],
      ['TAG_2005', 'TAG_2006'],
    ])
    expect('to_dense' in features && features.to_dense().tolist()).toEqual([
      [1, 2.5],
      [0, 0],
    ])
    expect(targets.tolist()).toEqual([
      [0, 1],
      [1, 1],
    ])
  })
})
