// What old and odd runtimes lack. The names on the command line go, then the package is imported and used.
for (const name of process.argv.slice(2)) delete globalThis[name]

try {
  const { default: torch } = await import('softmargin')
  const { softMarginLoss } = await import('softmargin/loss')
  const model = new torch.nn.Linear(2, 1)
  const loaded = torch.load(torch.save(model.state_dict()))
  const loss = softMarginLoss(new Float32Array([0]), new Uint8Array([1]), { numClasses: 1 })
  console.log(
    JSON.stringify([loaded.weight.tolist()[0].length, torch.ones([3]).sum().item(), loss.toFixed(4)]),
  )
} catch (error) {
  console.log(`${error.name}: ${error.message}`)
}
