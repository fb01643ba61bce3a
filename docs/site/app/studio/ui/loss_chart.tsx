/** Losses by epoch, on the chart that all pages share. */
import { useEffect, useRef } from 'preact/hooks'
import { Curves } from '../../charts/curves.ts'
import type { Epoch } from '../protocol.ts'
import { pure } from './parts.tsx'

export const LossChart = pure(({ history }: { history: Epoch[] }) => {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<Curves | null>(null)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const curves = [{ label: 'training' }, { label: 'validation' }]
    chart.current = new Curves(element, { title: 'Loss by epoch', x: 'epoch', curves })
    return () => chart.current?.destroy()
  }, [])
  useEffect(() => {
    const of = (name: keyof Epoch) => history.map((epoch) => epoch[name])
    chart.current?.set(of('epoch'), [of('train_loss'), of('val_loss')])
  }, [history])
  return <div ref={place} class="losses" />
})
