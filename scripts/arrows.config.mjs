// Which way imports may point (ARCHITECTURE.md), type-only ones included. A later room may import an earlier one,
// never the reverse; nor may anything import itself in a circle.

/** The rooms of ts/, the lowest first. Those of one line are side by side and know nothing of each other. */
const rooms = [
  ['base'],
  ['call'],
  ['kernels'],
  ['memory'],
  ['tensor'],
  ['random'],
  ['graph'],
  ['ops'],
  ['surface'],
  ['nn'],
  ['optim', 'data', 'metrics', 'serialization', 'onnx', 'datasets'],
  ['report', 'trainer'],
  ['api.ts', 'core', 'loss.ts'],
  ['default_export.ts'],
  ['index.ts'],
  ['entry'],
]

/** The families of ts/ops, in the same way. */
const families = [
  ['dtype'],
  ['shape'],
  ['elementwise'],
  ['indexing'],
  ['reduce', 'embedding'],
  ['norm', 'random'],
  ['sort'],
  ['linear'],
  ['attention', 'sparse'],
  ['conv', 'loss', 'recurrent'],
]

const pathOf = (folder) => (name) => `^${folder}/${name.replace('.', '[.]')}${name.includes('.') ? '$' : '/'}`

/** One rule for each: what it may not import, as that lies above it or beside it. */
const downwards = (folder, levels) =>
  levels.flatMap((level, i) =>
    level.flatMap((name) => {
      const others = [...level.filter((other) => other !== name), ...levels.slice(i + 1).flat()]
      if (others.length === 0) return []
      return {
        name: `${name.replace('.ts', '')}-points-downwards`,
        severity: 'error',
        // The one that is left: relu asks for feature maps.
        from: { path: pathOf(folder)(name), pathNot: '^ts/ops/elementwise/relu.ts' },
        to: { path: others.map(pathOf(folder)) },
      }
    }),
  )

const known = (folder, levels) => ({
  name: `every-file-of-${folder.replaceAll('/', '-')}-has-a-room`,
  comment: `a file lies in ${folder} outside of its rooms: give it one, or name a new one in scripts/arrows.config.mjs`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: levels.flat().map(pathOf(folder)) },
  to: {},
})

export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    ...downwards('ts', rooms),
    ...downwards('ts/ops', families),
    known('ts', rooms),
    known('ts/ops', families),
    {
      name: 'only-entries-know-the-runtime',
      severity: 'error',
      from: { path: '^ts/', pathNot: '^ts/entry/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: ['^build/', 'node_modules'] },
    enhancedResolveOptions: { extensions: ['.ts', '.d.ts', '.js'] },
  },
}
