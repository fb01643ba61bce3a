// node alone.mjs <path>: one path of the package, without the others.
const programs = {
  'softmargin/datasets': ({ parse_csv, parse_libsvm, parse_arff }) => {
    const { features, targets } = parse_csv('a,b\n1,0\n3,1\n', { labels: 1 })
    const arff = parse_arff('@relation r\n@attribute a numeric\n@attribute b {0,1}\n@data\n5,1\n', {
      labels: 1,
    })
    return [
      features.mean().item(),
      targets.sum().item(),
      parse_libsvm('1 1:2\n').features.to_dense().tolist(),
      arff.targets,
    ]
  },
  // Its numbers are those of tensors, which come from another path.
  'softmargin/report': async ({ report }) => {
    const { parse_csv } = await import('softmargin/datasets')
    const { features, targets } = parse_csv('a,b,c,d\n.1,.7,0,1\n.9,.2,1,0\n', { labels: 2 })
    return report(features, targets, { n_resamples: 0 }).match(/1\.000/g).length > 0
  },
  'softmargin/trainer': ({ Trainer, EarlyStopping }) => [
    new Trainer({ max_epochs: 2, callbacks: [new EarlyStopping({ monitor: 'val_loss' })] }).max_epochs,
  ],
  'softmargin/onnx': (onnx) => typeof onnx.export,
}
const [path] = process.argv.slice(2)
console.log(JSON.stringify(await programs[path](await import(path))))
