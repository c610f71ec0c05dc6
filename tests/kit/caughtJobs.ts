import type { Jobs } from '#ports'

/** The queue with another hand at its door: whatever would be queued, alone or with others, goes to `send` instead. */
export const caughtJobs = (jobs: Jobs, send: Jobs['send']): Jobs => ({
  ...jobs,
  send,
  sendAll: async (db, name, list) => {
    for (const { data, ...options } of list) await send(db, name, data, options)
  },
})
