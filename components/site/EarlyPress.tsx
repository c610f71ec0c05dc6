/** Notes a press on the film's button that comes before the page's scripts do, until `LessonPlayer` is there and takes it. */
const script =
  "document.addEventListener('click',function(e){var b=e.target.closest&&e.target.closest('[data-early]');if(b&&window.earlyPress!==null)window.earlyPress=b.dataset.early},true)"

export function EarlyPress({ nonce }: { nonce: string | undefined }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, allowed by the request's nonce
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: script }} />
}
