// Preloaded into every Node part: when the supervisor is gone, even by kill -9, the part stops in order
// and takes what it has started with it. Children of a part inherit this preload; it is not meant for them.
const GRACE_MS = 9_000

if (process.channel && process.env.WERKSTATT_SUPERVISOR === String(process.ppid)) {
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
