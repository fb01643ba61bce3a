/** Files to take away: the model, what it is worth, and a program that trains it again. */
import { zipSync } from 'fflate'
import torch from 'softmargin'
import * as onnx from 'softmargin/onnx'
import { report } from 'softmargin/report'
import type { Exported, ExportKind } from '../protocol.ts'
import { tagsOf } from '../reading/understanding.ts'
import { layersOf } from './model.ts'
import { reproduction } from './reproduction.ts'
import type { Session } from './session.ts'

type Bytes = Uint8Array<ArrayBuffer>

export async function exported(session: Session, kind: ExportKind): Promise<Exported> {
  const run = session.trained
  const { labels } = session.dataset
  const thresholds = [...session.judge.limits()]
  const state = run.withBest(() => clones(run.model.state_dict())).result
  const binary = 'application/octet-stream'
  switch (kind) {
    case 'safetensors': {
      const metadata = { labels: JSON.stringify(labels), thresholds: JSON.stringify(thresholds) }
      return { name: 'tagger.safetensors', type: binary, bytes: torch.save(state, { metadata }) as Bytes }
    }
    case 'pt': {
      const inputs = plain(run.inputs.state)
      const all = {
        state_dict: state,
        layers: layersOf(run.settings, run.inputs.shape, labels.length),
        labels,
        thresholds: torch.tensor(thresholds),
        inputs,
        epoch: run.best_epoch,
      }
      return { name: 'tagger.pt', type: binary, bytes: torch.save(all) }
    }
    case 'checkpoint':
      return { name: 'checkpoint.pt', type: binary, bytes: run.trainer.save_checkpoint() }
    case 'onnx': {
      const axes = { 0: 'batch' }
      const example = torch.zeros([1, ...run.inputs.shape])
      const options = { dynamic_axes: { input: axes, output: axes, labels: axes }, thresholds }
      return {
        name: 'tagger.onnx',
        type: binary,
        bytes: run.withBest(() => onnx.export(run.model, example, options)).result,
      }
    }
    case 'report':
      return { name: 'report.html', type: 'text/html', bytes: new TextEncoder().encode(reportOf(session)) }
    case 'code': {
      const files = reproduction(session)
      return { name: 'reproduce.zip', type: 'application/zip', bytes: zipSync(files, { level: 6 }) as Bytes }
    }
  }
}

const clones = (state: torch.nn.StateDict): torch.nn.StateDict =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, value.clone()]))

/** Typed arrays as tensors, which files hold. */
function plain(state: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [
      name,
      value instanceof Float32Array ? torch.tensor(value) : value,
    ]),
  )
}

function reportOf(session: Session): string {
  const { dataset, reading } = session
  const run = session.trained
  const { probabilities, targets, rows } = session.judge.predicted('test')
  const limits = session.judge.limits()
  const chances = probabilities.data() as Float32Array
  const width = dataset.labels.length
  const examples = Array.from(rows.subarray(0, 5), (row, i) => ({
    row: i,
    name: dataset.textOf(row).slice(0, 120),
    predicted: dataset.labels.filter((_, label) => chances[i * width + label] > limits[label]),
    actual: tagsOf(dataset, row),
  }))
  return report(probabilities, targets, {
    title: `Tags for ${reading?.understood.title ?? 'rows'}`,
    description: `Trained in the studio of softmargin, and judged on ${rows.length} rows that it has not seen.`,
    label_names: dataset.labels,
    thresholds: [...limits],
    history: run.history.map((epoch) => ({ ...epoch })),
    best_epoch: run.best_epoch,
    ignore_index: Number.NaN,
    examples,
  })
}
