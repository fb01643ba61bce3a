/** Files to take away. */
import type { ExportKind } from '../protocol.ts'
import { pure, Section } from './parts.tsx'
import type { Studio } from './studio.ts'

const FILES: readonly (readonly [ExportKind, string, string])[] = [
  ['safetensors', 'tagger.safetensors', 'the weights, with labels and thresholds'],
  ['pt', 'tagger.pt', 'weights, thresholds and what the inputs need, for torch.load in Python and here'],
  ['onnx', 'tagger.onnx', 'with the thresholds as its last node'],
  ['checkpoint', 'checkpoint.pt', 'the whole run: optimizer, epoch, random numbers'],
  ['report', 'report.html', 'what the model is worth, on one page'],
  ['code', 'reproduce.zip', 'a program for Node, and its data: it trains this again with the same digits'],
]

export const ExportStep = pure(({ studio, exporting }: { studio: Studio; exporting: ExportKind | null }) => (
  <Section title="Take away">
    <ul class="files">
      {FILES.map(([kind, name, text]) => (
        <li key={kind}>
          <button
            type="button"
            class="plain"
            disabled={exporting !== null}
            onClick={() => void studio.export(kind)}
          >
            {name}
          </button>
          <span>{exporting === kind ? 'being written …' : text}</span>
        </li>
      ))}
    </ul>
  </Section>
))
