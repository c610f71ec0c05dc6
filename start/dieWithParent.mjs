// Preloaded into every Node part: when its parent is gone, even by kill -9, the part stops in order and takes
// what it has started with it.
const GRACE_MS = 9_000

// A part's own forks would inherit this preload; they have a living parent and a channel of their own to keep.
const at = process.execArgv.findIndex((argument) => argument.endsWith('dieWithParent.mjs'))
if (at > 0) process.execArgv.splice(at - 1, 2)

if (process.channel) {
  process.channel.unref()
  process.once('disconnect', () => {
    process.once('exit', endGroup)
    setTimeout(endGroup, GRACE_MS).unref()
    process.kill(process.pid, 'SIGTERM')
  })
}

function endGroup() {
  try {
    process.kill(-process.pid, 'SIGKILL')
  } catch {
    // Not a group leader: nothing of ours to end.
  }
}
