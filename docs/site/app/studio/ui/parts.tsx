/** Small parts of the page. */
import { Component, type ComponentChildren, type ComponentType, h } from 'preact'
import { useId } from 'preact/hooks'

/** A step of the work: its name at the side, what it is about beside it. */
export function Section({
  title,
  hint,
  children,
}: {
  title: string
  hint?: string
  children: ComponentChildren
}) {
  const id = useId()
  return (
    <section class="step" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {hint === undefined ? null : <p>{hint}</p>}
      </header>
      <div class="body">{children}</div>
    </section>
  )
}

/** What may be wider or taller than its place: it scrolls, by keyboard too. */
export function Scroll({
  name,
  isTall,
  children,
}: {
  name: string
  isTall?: boolean
  children: ComponentChildren
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class={isTall ? 'scroll tall' : 'scroll'} tabIndex={0} aria-label={name}>
      {children}
    </section>
  )
}

/** A number with its name. */
export function Figure({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

interface ChoiceProps<Value extends string> {
  name: string
  value: Value
  options: readonly (readonly [value: Value, text: string])[]
  onChange: (value: Value) => void
  disabled?: boolean
}

/** One of a few, all to be seen. */
export function Choice<Value extends string>({
  name,
  value,
  options,
  onChange,
  disabled,
}: ChoiceProps<Value>) {
  const id = useId()
  return (
    <fieldset class="choice" disabled={disabled ?? false}>
      <legend>{name}</legend>
      {options.map(([each, text]) => (
        <label key={each}>
          <input type="radio" name={id} checked={each === value} onChange={() => onChange(each)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  )
}

interface NumberProps {
  name: string
  value: number
  min: number
  max: number
  step?: number | 'any'
  hint?: string
  disabled?: boolean
  onChange: (value: number) => void
}

export function NumberField({ name, value, min, max, step = 'any', hint, disabled, onChange }: NumberProps) {
  const change = (event: Event) => {
    const number = (event.currentTarget as HTMLInputElement).valueAsNumber
    if (number >= min && number <= max) onChange(number)
  }
  return (
    <label class="number" title={hint}>
      <span>{name}</span>
      <input
        type="number"
        value={value}
        min={min}
        max={max}
        step={step}
        disabled={disabled ?? false}
        onChange={change}
      />
    </label>
  )
}

/** A bar from 0 to 1, its number beside it. */
export function Bar({ value, mark }: { value: number; mark?: number }) {
  return (
    <span class="bar" aria-hidden="true">
      <span class="fill" style={{ width: `${(100 * Math.min(Math.max(value, 0), 1)).toFixed(1)}%` }} />
      {mark === undefined ? null : <span class="mark" style={{ left: `${(100 * mark).toFixed(1)}%` }} />}
    </span>
  )
}

/** Renders anew only when a property has changed. */
export function pure<Props extends object>(Inner: ComponentType<Props>): ComponentType<Props> {
  return class Pure extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const [before, after] = [this.props, next] as unknown as Record<string, unknown>[]
      return Object.keys({ ...before, ...after }).some((name) => before[name] !== after[name])
    }
    override render() {
      return h(Inner, this.props as Props)
    }
  }
}

export const whole = (value: number) => Math.round(value).toLocaleString('en')
export const fixed = (value: number, digits = 3) => (Number.isFinite(value) ? value.toFixed(digits) : '–')
export const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(bytes < 1e7 ? 1 : 0)} MB`
export const plural = (count: number, one: string, many = `${one}s`) =>
  `${whole(count)} ${count === 1 ? one : many}`
