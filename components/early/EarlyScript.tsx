/**
 * What a visitor presses before the page's scripts are there: buttons that only a script can answer, a line of a
 * transcript, and the first key outside a field. Submits and links need no note, the browser does them by itself.
 * `EarlyReplay` takes the list; from then on the page hears for itself.
 */
const script = `(function(){var list=window.early=[];
function note(event,target,key){if(window.early===list)list.push({event:event,target:target,key:key})}
document.addEventListener('click',function(e){var t=e.target,b=t.closest&&t.closest('button[type=button],[data-at]');if(b&&!b.closest('a'))note(e,b)},true);
document.addEventListener('keydown',function(e){if(e.key&&e.key.length===1&&e.key!==' '&&!e.ctrlKey&&!e.altKey&&!e.metaKey&&!/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)&&!list.some(function(one){return one.key}))note(e,e.target,e.key)},true)})()`

export function EarlyScript({ nonce }: { nonce: string | undefined }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, allowed by the request's nonce
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: script }} />
}
