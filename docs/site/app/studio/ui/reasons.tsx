/** What speaks for a label and against it. */
import type { Reason, Weights } from '../protocol.ts'
import { Scroll } from './parts.tsx'

/** With its sign, which is not a hyphen. */
const signed = (value: number, digits: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`

export function Reasons({ reasons }: { reasons: Reason[] }) {
  if (reasons.length === 0) return null
  return (
    <span class="reasons">
      {reasons.map(({ name, share }, i) => (
        <span key={name} class={share < 0 ? 'contra' : 'pro'}>
          {i === 0 ? '' : ', '}
          {name} {signed(share, 1)}
        </span>
      ))}
    </span>
  )
}

/** The largest weights of a label, for it and against it side by side. */
export function WeightsTable({
  weights: { pro, contra, bias, unit },
  name,
}: {
  weights: Weights
  name: string
}) {
  const rows = Array.from(
    { length: Math.max(pro.length, contra.length) },
    (_, i) => [pro[i], contra[i]] as const,
  )
  return (
    <details>
      <summary>Weights of {name}</summary>
      <p class="hint">
        What each adds to the logit, {unit}. The bias is {signed(bias, 2)}.
      </p>
      <Scroll name={`Weights of ${name}`} isTall>
        <table>
          <thead>
            <tr>
              <th scope="col" colSpan={2}>
                speaks for it
              </th>
              <th scope="col" colSpan={2}>
                against it
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((pair, i) => (
              <tr key={i}>
                {pair.map((reason, side) => [
                  <td key={`${side} name`} class="text">
                    {reason?.name ?? ''}
                  </td>,
                  <td key={`${side} weight`} class="n">
                    {reason === undefined ? '' : signed(reason.share, 2)}
                  </td>,
                ])}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}
