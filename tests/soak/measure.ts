import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { liveHeap } from '#tests/kit/heap.ts'
import type { Workshop } from '#tests/kit/workshop.ts'

export interface Reading {
  /** Seconds since the start of the soak. */
  at: number
  heapMb: number
  limitMb: number
  /** Open files and sockets; null where the system does not say. */
  descriptors: number | null
  logsMb: number
}

export const WEB = 'build/server.mjs'

function descriptorsOf(pid: number): number | null {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return null
  }
}

export const logsMb = (shop: Workshop) => {
  const folder = path.join(shop.dataDir, 'logs')
  return readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0) / 1024 ** 2
}

/** What the clients of a moment ago leave: their sockets close within these. */
const SETTLE_MS = 20_000

/** Reads the web's live heap (forced collections), and at rest what it holds open: the least of some seconds. */
export async function measure(shop: Workshop, began: number, atRest: boolean): Promise<Reading> {
  const pid = shop.pid(WEB)
  let least = descriptorsOf(pid)
  const deadline = Date.now() + (atRest ? SETTLE_MS : 0)
  while (least !== null && Date.now() < deadline) {
    await sleep(500)
    const now = descriptorsOf(pid)
    // Idle connections of our own clients close after four seconds.
    if (now !== null && now >= least && deadline - Date.now() < SETTLE_MS - 7_000) break
    least = Math.min(least, now ?? least)
  }
  const { usedMb, limitMb } = await liveHeap({
    pid,
    get output() {
      return shop.log('web')
    },
  })
  return {
    at: Math.round((Date.now() - began) / 1000),
    heapMb: usedMb,
    limitMb,
    descriptors: least,
    logsMb: logsMb(shop),
  }
}
