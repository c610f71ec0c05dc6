import type { Jobs } from '#ports'

/** The queue, except that every job to be queued, alone or with others, goes to this `send` instead. */
export const caughtJobs = (jobs: Jobs, send: Jobs['send']): Jobs => ({
  ...jobs,
  send,
  sendAll: async (db, name, list) => {
    for (const { data, ...options } of list) await send(db, name, data, options)
  },
})
