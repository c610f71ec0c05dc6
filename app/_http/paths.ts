/** Every URL of the app, once. Paths only: the origin comes from the settings where a full address is needed. */

function withQuery(path: string, query: Record<string, string | number | null | undefined>): string {
  const present = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  if (present.length === 0) return path
  return `${path}?${new URLSearchParams(present.map(([name, value]) => [name, String(value)]))}`
}

const part = encodeURIComponent

export const paths = {
  home: () => '/',
  course: () => '/kurs',
  order: () => '/bestellen',
  thanks: (sessionId?: string, query: { adresse?: string | null } = {}) =>
    withQuery('/kauf/danke', { session_id: sessionId, ...query }),

  login: (query: { next?: string | null; fehler?: string | null; spaeter?: '1' | null } = {}) =>
    withQuery('/anmelden', query),
  loginSent: (query: { next?: string | null; fehler?: string | null } = {}) => withQuery('/anmelden/code', query),
  loginLink: (token?: string, query: { fehler?: string | null } = {}) =>
    withQuery('/anmelden/link', { token, ...query }),

  workshop: () => '/werkstatt',
  /** `second`: where the film shall go on, e.g. from a search hit or a note. */
  lesson: (slug: string, second?: number) =>
    withQuery(`/lektionen/${part(slug)}`, { t: second === undefined ? null : Math.floor(second) }),
  account: (query: { adresse?: string | null; name?: string | null; mails?: string | null } = {}) =>
    withQuery('/konto', query),
  /** Behind the link of a digest: ends them without a login. */
  mailsOff: (token?: string, query: { fehler?: string | null; stand?: string | null } = {}) =>
    withQuery('/mails-aus', { token, ...query }),
  /** Behind the links of the two letters that ask whether an account may move. */
  addressChange: (token?: string, query: { fehler?: string | null } = {}) => withQuery('/adresse', { token, ...query }),
  search: (query: { q?: string | null; art?: string | null } = {}) => withQuery('/suche', query),
  /** „Mein Werkstatt-Heft“: notes, bookmarks and checklists. */
  notebook: (query: Record<string, string | null | undefined> = {}) => withQuery('/heft', query),
  /** „Mein Wochenplan“. */
  plan: (query: { fehler?: string | null; stand?: string | null } = {}) => withQuery('/plan', query),
  /** For calendar programs, without a login: the address itself is the key. */
  planFeed: (token: string) => `/plan/feed/${part(token)}.ics`,
  /** What I did, week by week; `woche` is its Monday, `2026-11-23`. */
  week: (query: { woche?: string | null } = {}) => withQuery('/woche', query),
  /** What a device shows in the place of every page when it has no network. */
  offline: () => '/unterwegs',
  /** The learner's own Teilnahmebestätigung. */
  participation: (query: { fehler?: string | null; stand?: string | null } = {}) => withQuery('/teilnahme', query),
  /** Public: shows what is printed on one Teilnahmebestätigung. */
  certificate: (number: string) => `/bestaetigung/${part(number)}`,

  /** What a browser shows in the place of a refused request; empty when somebody asks for it. */
  refused: () => '/abgewiesen',

  imprint: () => '/impressum',
  privacy: () => '/datenschutz',
  terms: () => '/agb',
  withdrawal: (query: { fehler?: string | null } = {}) => withQuery('/widerruf', query),
  withdrawalConfirm: (query: { fehler?: string | null } = {}) => withQuery('/widerruf/bestaetigen', query),
  withdrawalDone: () => '/widerruf/eingegangen',
  /** „Bezahlt, aber kein Zugang?“ */
  claim: (query: { fehler?: string | null; stand?: string | null } = {}) => withQuery('/kein-zugang', query),
  accessibility: () => '/barrierefreiheit',

  admin: () => '/admin',
  adminOrders: (query: Record<string, string | null | undefined> = {}) => withQuery('/admin/bestellungen', query),
  adminOrder: (id: string) => `/admin/bestellungen/${part(id)}`,
  adminEvents: (query: Record<string, string | null | undefined> = {}) => withQuery('/admin/ereignisse', query),
  adminEvent: (id: string) => `/admin/ereignisse/${part(id)}`,
  adminMails: (query: Record<string, string | null | undefined> = {}) => withQuery('/admin/mails', query),
  adminMail: (id: string) => `/admin/mails/${part(id)}`,
  /** „Bezahlt, aber kein Zugang?“: what only a person can decide. */
  adminClaims: (query: Record<string, string | null | undefined> = {}) => withQuery('/admin/anfragen', query),
  adminJobs: () => '/admin/auftraege',
  adminPeople: (query: Record<string, string | null | undefined> = {}) => withQuery('/admin/personen', query),
  adminPerson: (id: string) => `/admin/personen/${part(id)}`,
  adminWithdrawals: (query: Record<string, string | null | undefined> = {}) => withQuery('/admin/widerrufe', query),
  adminAudit: (query: Record<string, string | null | undefined> = {}) => withQuery('/admin/protokoll', query),
  /** What the field in the head found, when it was more or less than one thing. */
  adminSearch: () => '/admin/suche',
  /** The live flow view of one order, by draft id, purchase id or session id. */
  adminFlow: (id?: string) => (id ? `/admin/pruefstand/${part(id)}` : '/admin/pruefstand'),
  /** When which lesson opens, and for whom differently. */
  adminReleases: (query: Record<string, string | null | undefined> = {}) => withQuery('/admin/freigaben', query),
  adminVideos: (query: Record<string, string | null | undefined> = {}) => withQuery('/admin/videos', query),

  api: {
    createCheckout: () => '/api/stripe/create-checkout',
    stripeWebhook: () => '/api/webhook/stripe',
    bunnyWebhook: () => '/api/webhook/bunny',
    resendWebhook: () => '/api/webhook/resend',
    magicLink: () => '/api/auth/magic-link',
    verify: () => '/api/auth/verify',
    checkout: () => '/api/auth/checkout',
    refresh: () => '/api/auth/refresh',
    logout: () => '/api/auth/logout',
    sessions: () => '/api/auth/sessions',
    session: (id: string) => `/api/auth/sessions/${part(id)}`,
    /** `confirmation`, `terms` or `withdrawal` of an own order, by the purchase's id. */
    orderDocument: (purchaseId: string, name: 'confirmation' | 'terms' | 'withdrawal') =>
      `/api/orders/${part(purchaseId)}/${name}.pdf`,
    orderStatus: (sessionId: string) => `/api/orders/${part(sessionId)}/status`,
    withdrawalDraft: () => '/api/withdrawal/draft',
    withdrawal: () => '/api/withdrawal',
    adminWithdrawal: (id: string, action: 'assign' | 'accept' | 'refuse') =>
      `/api/admin/withdrawals/${part(id)}/${action}`,
    orderEmail: (sessionId: string) => `/api/orders/${part(sessionId)}/email`,
    claim: () => '/api/claim',
    adminClaim: (id: string, answer: 'accept' | 'close') => `/api/admin/claims/${part(id)}/${answer}`,
    changeAddress: () => '/api/account/email',
    cancelAddress: () => '/api/account/email/cancel',
    confirmAddress: () => '/api/account/email/confirm',
    rename: () => '/api/account/name',
    certify: () => '/api/certificate',
    certificatePdf: (number: string) => `/api/certificate/${part(number)}`,
    /** Ends digests by a letter's token; mail programs post here too. */
    mailOff: () => '/api/mail-off',
    releaseMails: () => '/api/account/release-mails',
    offline: () => '/api/offline',
    progress: () => '/api/progress',
    settings: () => '/api/settings',
    plan: () => '/api/plan',
    planPause: () => '/api/plan/pause',
    planDelete: () => '/api/plan/delete',
    planFeed: () => '/api/plan/feed',
    /** The plan as a file to take away. */
    planCalendar: () => '/api/plan/calendar',
    /** What the search page asks while somebody types. */
    search: (q?: string) => withQuery('/api/search', { q }),
    /** Notes and bookmarks: read them all, save and delete a list of them. */
    notes: () => '/api/notes',
    /** The book as a file, with the filter of the page. */
    notebookExport: (format: 'md' | 'pdf', query: Record<string, string | null> = {}) =>
      withQuery(`/api/notes/export.${format}`, query),
    checklist: () => '/api/checklist',
    play: (lessonId: string) => `/api/lessons/${part(lessonId)}/play`,
    captions: (lessonId: string) => `/api/lessons/${part(lessonId)}/captions`,
    videos: () => '/api/bunny/videos',
    video: (guid: string) => `/api/bunny/videos/${part(guid)}`,
    /** What the operator does by hand; every one is a POST with a key (app/_http/adminAction.ts). */
    admin: {
      search: () => '/api/admin/search',
      settle: (order: string) => `/api/admin/orders/${part(order)}/settle`,
      endAccess: (order: string) => `/api/admin/orders/${part(order)}/end-access`,
      refund: (order: string) => `/api/admin/orders/${part(order)}/refund`,
      seeFlag: (order: string) => `/api/admin/orders/${part(order)}/flags`,
      giveAddress: (order: string) => `/api/admin/orders/${part(order)}/address`,
      replay: () => '/api/admin/events/replay',
      resendLetter: (id: string) => `/api/admin/letters/${part(id)}/resend`,
      retryLetter: (id: string) => `/api/admin/letters/${part(id)}/retry`,
      closeLetter: (id: string) => `/api/admin/letters/${part(id)}/close`,
      retryParked: () => '/api/admin/letters/retry-parked',
      grant: (person: string) => `/api/admin/people/${part(person)}/grant`,
      revoke: (person: string) => `/api/admin/people/${part(person)}/revoke`,
      loginLink: (person: string) => `/api/admin/people/${part(person)}/login-link`,
      moveAddress: (person: string) => `/api/admin/people/${part(person)}/address`,
      retryJob: (id: string) => `/api/admin/jobs/${part(id)}/retry`,
      discardJob: (id: string) => `/api/admin/jobs/${part(id)}/discard`,
      setRelease: () => '/api/admin/releases/set',
      removeRelease: () => '/api/admin/releases/remove',
      personRelease: (person: string) => `/api/admin/people/${part(person)}/release`,
      dismissAlarm: (cause: string) => `/api/admin/alarms/${part(cause)}/dismiss`,
    },
    /** The live flow view's data: a stream of events, or JSON. */
    flow: (id: string) => `/api/admin/flow/${part(id)}`,
    sandboxBreak: () => '/api/admin/sandbox/break',
    sandboxPurchase: () => '/api/admin/sandbox/purchase',
    health: () => '/api/health',
    ready: () => '/api/ready',
    status: () => '/api/status',
  },
} as const

/** Pages that need a session; `proxy.ts` sends visitors without a cookie to the login. Free lessons stay open. */
export const memberPrefixes = [
  '/werkstatt',
  '/suche',
  '/heft',
  '/plan',
  '/woche',
  '/teilnahme',
  '/konto',
  '/admin',
] as const
