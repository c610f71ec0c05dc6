import type { FaultInput } from '../kit/faults.ts'

/** Presets of the fault page. */
export const switches: { label: string; fault: FaultInput }[] = [
  { label: 'Zustellung 5 s verzögern', fault: { kind: 'delay', on: 'delivery', ms: 5000 } },
  { label: 'Zustellung verschlucken', fault: { kind: 'drop', on: 'delivery' } },
  { label: 'Zustellung verdoppeln', fault: { kind: 'duplicate', on: 'delivery', copies: 2 } },
  { label: 'Zustellung verzehnfachen', fault: { kind: 'duplicate', on: 'delivery', copies: 10 } },
  { label: 'Zustellungen sammeln und mischen (1 s)', fault: { kind: 'reorder', on: 'delivery', ms: 1000 } },
  { label: 'Aufruf: 429, zu viele Anfragen', fault: { kind: 'status', on: 'api', status: 429, retryAfter: 1 } },
  { label: 'Aufruf: 500, wird unter dem Schlüssel gespeichert', fault: { kind: 'status', on: 'api', status: 500 } },
  { label: 'Aufruf: 503, nicht erreichbar', fault: { kind: 'status', on: 'api', status: 503 } },
  { label: 'Aufruf: 409, gleichzeitig', fault: { kind: 'status', on: 'api', status: 409 } },
  { label: 'Aufruf: keine Antwort', fault: { kind: 'hang', on: 'api' } },
  { label: 'Aufruf: keine Antwort, aber getan', fault: { kind: 'hang', on: 'api', when: 'after' } },
  { label: 'Aufruf: halbe Antwort', fault: { kind: 'cut', on: 'api' } },
  { label: 'Aufruf: Verbindung abgerissen', fault: { kind: 'reset', on: 'api' } },
  { label: 'Aufruf: Verbindung abgerissen, aber getan', fault: { kind: 'reset', on: 'api', when: 'after' } },
  { label: 'Aufruf: 3 s verzögern', fault: { kind: 'delay', on: 'api', ms: 3000 } },
]
