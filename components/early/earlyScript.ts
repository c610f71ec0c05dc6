import { LEFT } from '#browser/kit/leftTyped.ts'

/**
 * Records what a visitor presses before the page's scripts run: buttons that need a script, a line of a transcript, and
 * the first key outside a field. Submits and links need no record, because the browser handles them. `EarlyReplay`
 * takes the list. If the page is left earlier, text and ticks of fields with `data-left` go into session storage
 * (`leftTyped.ts`); an unsent form is lost as on any page.
 */
export const earlyScript = `(function(){var list=window.early=[];
function note(event,target,key){if(window.early===list)list.push({event:event,target:target,key:key})}
document.addEventListener('click',function(e){var t=e.target,b=t.closest&&t.closest('button[type=button],[data-at]');if(b&&!b.closest('a'))note(e,b)},true);
document.addEventListener('keydown',function(e){if(e.key&&e.key.length===1&&e.key!==' '&&!e.ctrlKey&&!e.altKey&&!e.metaKey&&!/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)&&!list.some(function(one){return one.key}))note(e,e.target,e.key)},true);
addEventListener('pagehide',function(){if(window.early!==list)return;try{var left=JSON.parse(sessionStorage.getItem('${LEFT}')||'{}'),any=0;
document.querySelectorAll('[data-left]').forEach(function(f){var tick=f.type==='checkbox',now=tick?f.checked:f.value;if(now!==(tick?f.defaultChecked:f.defaultValue)){left[f.dataset.left]=now;any=1}});
if(any)sessionStorage.setItem('${LEFT}',JSON.stringify(left))}catch(e){}})})()`
