// What of the repository becomes a page, in the order of the table of contents. `source` is relative to the root.
export const groups = [
  {
    title: 'Guides',
    pages: [
      { source: 'README.md', url: 'docs/index.html', title: 'Introduction' },
      { source: 'docs/from-pytorch.md', title: 'From PyTorch' },
      { source: 'docs/cookbook.md', title: 'Cookbook' },
      { source: 'docs/trainer.md', title: 'Training that can be left alone' },
      { source: 'docs/runtimes.md', title: 'Where it runs' },
      { source: 'docs/scaling.md', title: 'Past one machine' },
    ],
  },
  {
    title: 'Examples',
    pages: [
      { source: 'examples/package-tags/README.md', title: 'Tags for Debian programs' },
      { source: 'examples/text/README.md', title: 'From texts' },
      { source: 'examples/pictures/README.md', title: 'From pictures' },
      { source: 'examples/cross-validation/README.md', title: 'Cross-validation' },
      { source: 'examples/checkpoints/README.md', title: 'Checkpoints' },
      { source: 'examples/web-worker/README.md', title: 'In a Web Worker' },
      { source: 'examples/edge-function/README.md', title: 'An edge function' },
      { source: 'examples/node-server/README.md', title: 'A Node server' },
      { source: 'examples/spark/README.md', title: 'On Spark' },
      { source: 'examples/clickhouse/README.md', title: 'In ClickHouse' },
      { source: 'examples/interop/README.md', title: 'Arrow and ONNX Runtime' },
    ],
  },
  {
    title: 'Reference',
    pages: [
      { source: 'docs/coverage.md', title: 'Coverage of PyTorch' },
      { source: 'bench/RESULTS.md', url: 'docs/benchmarks.html', title: 'Benchmarks' },
      { source: 'CHANGELOG.md', title: 'Changelog' },
    ],
  },
  {
    title: 'How it is built',
    pages: [
      { source: 'ARCHITECTURE.md', title: 'Architecture' },
      { source: 'docs/decisions.md', title: 'Decisions' },
      { source: 'docs/abi.md', title: 'The contract of the kernels' },
      { source: 'CONTRIBUTING.md', title: 'Contributing' },
      { source: 'docs/site/README.md', title: 'The site' },
      { source: 'SECURITY.md', title: 'Security' },
    ],
  },
]

/** `docs/from-pytorch.md` is at `docs/from-pytorch.html`, `examples/text/README.md` at `docs/text.html`. */
export function urlOf({ source, url }) {
  if (url !== undefined) return url
  const parts = source.split('/')
  const name = parts.at(-1) === 'README.md' ? parts.at(-2) : parts.at(-1).replace(/\.md$/, '')
  return `docs/${name.toLowerCase()}.html`
}
