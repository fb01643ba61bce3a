/** Rows: dropped, pasted or chosen, and what was understood of them. */
import { useState } from 'preact/hooks'
import type { Column, Misunderstood, Role, Understood } from '../protocol.ts'
import { filesOf } from './dropped.ts'
import { Bar, plural, pure, Scroll, Section, whole } from './parts.tsx'
import type { State, Studio } from './studio.ts'

const EXAMPLES = [
  ['debian', 'Debian programs', '7,928 descriptions, 32 tags'],
  ['table', 'Wines', '1,200 rows of 8 numbers, 5 tags'],
  ['pictures', 'Shapes', '900 small pictures, 6 tags'],
] as const

const ROLES: readonly (readonly [Role, string])[] = [
  ['number', 'number'],
  ['text', 'text'],
  ['label', 'label, 0 or 1'],
  ['tags', 'tags'],
  ['name', 'name of the row'],
  ['left out', 'left out'],
]

export function DataStep({ studio, state }: { studio: Studio; state: State }) {
  const { understood, misunderstood, isReading, read } = state
  const [isOpen, setOpen] = useState(false)
  const showsInput = understood === null || isOpen || misunderstood !== null
  const done = () => setOpen(false)
  return (
    <Section title="Rows" hint="They stay on this machine.">
      {understood === null ? null : (
        <Table
          understood={understood}
          reread={(roles, separator) => void studio.reread({ roles, separator })}
        />
      )}
      {understood !== null && !showsInput ? (
        <p class="actions">
          <button type="button" class="button" onClick={() => setOpen(true)}>
            Other rows
          </button>
          <button type="button" class="plain" onClick={() => void studio.forget()}>
            Forget these
          </button>
        </p>
      ) : null}
      {showsInput ? <Input studio={studio} isReading={isReading} done={done} /> : null}
      <div role="status" class="status">
        {isReading ? <p>{read === null ? 'Reading …' : `Reading … ${Math.round(100 * read)} %`}</p> : null}
      </div>
      {misunderstood === null ? null : <Mistake mistake={misunderstood} isKept={understood !== null} />}
    </Section>
  )
}

function Mistake({ mistake: { sentence, line }, isKept }: { mistake: Misunderstood; isKept: boolean }) {
  const where = line === null || new RegExp(`line ${line}\\b`, 'i').test(sentence) ? '' : ` (line ${line})`
  return (
    <p class="mistake" role="alert">
      {sentence}
      {where}
      {isKept ? ' What was here before is still here.' : ''}
    </p>
  )
}

function Input({ studio, isReading, done }: { studio: Studio; isReading: boolean; done: () => void }) {
  const [text, setText] = useState('')
  const take = async (input: HTMLInputElement) => {
    // Hidden files are of the system.
    const list = [...(input.files ?? [])].filter(({ name }) => !name.startsWith('.'))
    if (list.length === 0) return
    done()
    const paths = list.map(({ name, webkitRelativePath }) => webkitRelativePath || name)
    await studio.read({ from: 'files', files: list, paths })
    input.value = ''
  }
  const paste = async () => {
    done()
    await studio.read({ from: 'paste', text })
  }
  const drop = async (event: DragEvent) => {
    event.preventDefault()
    event.stopPropagation()
    const source = await filesOf(event.dataTransfer)
    done()
    if (source !== null) await studio.read(source)
  }
  const example = (name: (typeof EXAMPLES)[number][0]) => {
    done()
    void studio.example(name)
  }
  return (
    <div class="input">
      <div class="examples">
        <p>Begin with</p>
        {EXAMPLES.map(([name, title, text]) => (
          <button type="button" key={name} class="example" disabled={isReading} onClick={() => example(name)}>
            <b>{title}</b> <span>{text}</span>
          </button>
        ))}
      </div>
      <label class="paste">
        <span>or drop files here, or paste rows: CSV, libsvm, ARFF, JSON, texts with #tags</span>
        <textarea
          rows={6}
          value={text}
          spellcheck={false}
          placeholder={'text,tags\n"a console mail client",mail|client\n"draws function graphs",maths|plot'}
          onInput={(event) => setText(event.currentTarget.value)}
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => void drop(event)}
        />
      </label>
      <p class="actions">
        <button
          type="button"
          class="button first"
          disabled={isReading || text.trim() === ''}
          onClick={() => void paste()}
        >
          Read these rows
        </button>
        <label class="button file">
          Choose files
          <input
            type="file"
            multiple
            onChange={(event) => void take(event.currentTarget)}
            disabled={isReading}
          />
        </label>
        <label class="button file">
          Choose a folder
          <input
            type="file"
            {...{ webkitdirectory: true }}
            onChange={(event) => void take(event.currentTarget)}
            disabled={isReading}
          />
        </label>
        <span class="hint">
          Pictures: a zip or a folder, with a CSV of names and tags, or folders as tags.
        </span>
      </p>
    </div>
  )
}

type Reread = (roles: Role[], separator: string) => void

const Table = pure(({ understood, reread }: { understood: Understood; reread: Reread }) => {
  const { title, format, rows, features, labels, notes, kind, missing_features, columns, sample, separator } =
    understood
  const what = { table: plural(features, 'number'), texts: 'texts', pictures: 'pictures' }[kind]
  const missing = labels.reduce((sum, label) => sum + label.missing, 0)
  const gaps = [
    missing_features > 0 ? plural(missing_features, 'number is missing', 'numbers are missing') : '',
    missing > 0 ? plural(missing, 'label is not known', 'labels are not known') : '',
  ].filter((each) => each !== '')
  return (
    <div class="understood">
      <p class="lead">
        <b>{title}</b>, {format}
        {rows === 0 ? '.' : `: ${plural(rows, 'row')} of ${what}, ${plural(labels.length, 'label')}.`}
        {gaps.length === 0 ? '' : ` ${gaps.join(', ')}.`}
      </p>
      {notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      {columns.length === 0 ? null : (
        <Columns columns={columns} separator={separator} reread={reread} isOpen={rows === 0} />
      )}
      {labels.length === 0 ? null : <Labels labels={labels} rows={rows} />}
      {sample.length === 0 ? null : (
        <details>
          <summary>The first rows</summary>
          <Scroll name="The first rows">
            <table>
              <thead>
                <tr>
                  <th scope="col">row</th>
                  <th scope="col">labels</th>
                </tr>
              </thead>
              <tbody>
                {sample.map(({ text, tags }, i) => (
                  <tr key={i}>
                    <td class="text">{text}</td>
                    <td>{tags.join(', ') || 'none'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </details>
      )}
    </div>
  )
})

interface ColumnsProps {
  columns: Column[]
  separator: string
  reread: Reread
  isOpen: boolean
}

function Columns({ columns, separator, reread, isOpen }: ColumnsProps) {
  const roles = columns.map(({ role }) => role)
  const change = (at: number, role: Role) =>
    reread(
      roles.map((each, i) => (i === at ? role : each)),
      separator,
    )
  return (
    <details open={isOpen || columns.length <= 8}>
      <summary>{plural(columns.length, 'column')}</summary>
      <Scroll name="Columns" isTall>
        <table>
          <thead>
            <tr>
              <th scope="col">column</th>
              <th scope="col">content</th>
              <th scope="col">taken as</th>
            </tr>
          </thead>
          <tbody>
            {columns.map(({ name, content, role }, i) => (
              <tr key={`${i} ${name}`}>
                <th scope="row">{name}</th>
                <td class="text">{content}</td>
                <td>
                  <select
                    aria-label={`Role of ${name}`}
                    value={role}
                    onChange={(event) => change(i, event.currentTarget.value as Role)}
                  >
                    {ROLES.map(([value, text]) => (
                      <option key={value} value={value}>
                        {text}
                      </option>
                    ))}
                  </select>
                  {role === 'tags' ? (
                    <label class="separator">
                      {' separated by '}
                      <input
                        size={2}
                        value={separator}
                        onChange={(event) =>
                          event.currentTarget.value !== '' && reread(roles, event.currentTarget.value)
                        }
                      />
                    </label>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}

function Labels({ labels, rows }: Pick<Understood, 'labels' | 'rows'>) {
  const most = Math.max(...labels.map(({ count }) => count), 1)
  const sorted = [...labels].sort((a, b) => b.count - a.count)
  const hasGaps = labels.some(({ missing }) => missing > 0)
  return (
    <details open={labels.length <= 8}>
      <summary>{plural(labels.length, 'label')}</summary>
      <Scroll name="Labels" isTall>
        <table class="counts">
          <thead>
            <tr>
              <th scope="col">label</th>
              <th scope="col">rows</th>
              {hasGaps ? <th scope="col">not known</th> : null}
              <th scope="col">
                <span class="visually-hidden">share</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.map(({ name, count, missing }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="n">{whole(count)}</td>
                {hasGaps ? <td class="n">{whole(missing)}</td> : null}
                <td class="wide">
                  <Bar value={count / most} /> <span class="hint">{((100 * count) / rows).toFixed(1)} %</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}
