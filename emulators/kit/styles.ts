/** The workshop's tokens (paper, graphite, folding-rule yellow) for the emulators' pages; system fonts only. */
export const styles = `
:root{color-scheme:light dark;--paper:#F5F0E6;--surface:#FFFDF8;--ink:#1D1B19;--muted:#5A5248;--line:#8F8474;--faint:#8F84744d;--rule:#F2B632;--blue:#1F4E79;--red:#A8321A;--green:#2B6338}
@media(prefers-color-scheme:dark){:root{--paper:#171614;--surface:#211F1C;--ink:#F1EADD;--muted:#B8AE9E;--line:#7C7367;--faint:#7C73674d;--rule:#F5BE3F;--blue:#8FB8E0;--red:#F0907A;--green:#8CC79A}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 ui-sans-serif,system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
h1{font-size:1.75rem;line-height:1.15;letter-spacing:-.02em;margin:0 0 .5rem;font-weight:800}
h2{font-size:1.2rem;line-height:1.25;margin:2.5rem 0 .75rem;font-weight:750}
p{margin:.25rem 0 .75rem;max-width:68ch}
a{color:var(--blue);text-underline-offset:.2em}
code,.mono,td.num,time{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em}
:focus-visible{outline:3px solid var(--rule);outline-offset:2px;box-shadow:0 0 0 6px var(--ink)}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--surface);padding:8px;z-index:9}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.top{display:flex;flex-wrap:wrap;gap:8px 24px;align-items:center;padding:12px 24px;border-bottom:1px solid var(--faint);border-top:6px solid var(--rule);background:var(--surface)}
.top .name{font-weight:750;margin:0}.stamp{font:700 .7rem/1 ui-monospace,Menlo,monospace;letter-spacing:.06em;text-transform:uppercase;border:1.5px solid var(--red);color:var(--red);padding:3px 6px;border-radius:3px;margin-left:10px;display:inline-block}
.top nav{display:flex;flex-wrap:wrap;gap:4px 16px}.top nav a{padding:4px 0;min-height:28px}.top nav a[aria-current]{color:var(--ink);font-weight:700;text-decoration-color:var(--rule);text-decoration-thickness:3px}
main{padding:32px 24px 96px;margin:0 auto}main.wide{max-width:1240px}main.narrow{max-width:560px}
.card{background:var(--surface);border:1px solid var(--faint);border-radius:4px;padding:24px;margin:16px 0;box-shadow:0 2px 8px #4a35101a}
.scroll{position:relative;overflow-x:auto;border:1px solid var(--faint);border-radius:4px;background:var(--surface)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:8px 12px;border-bottom:1px solid var(--faint);vertical-align:top}thead th{font-size:.85rem;color:var(--muted);font-weight:650;white-space:nowrap}tbody tr:last-child td{border-bottom:0}
td.num,th.num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.good{color:var(--green);font-weight:650}.bad{color:var(--red);font-weight:650}.quiet,.muted,.empty{color:var(--muted)}.empty{border:1px dashed var(--line);border-radius:4px;padding:16px}
label{display:block;font-weight:650;margin:16px 0 4px}.hint{color:var(--muted);font-size:.9rem;font-weight:400}
input,select,textarea{font:inherit;color:inherit;background:var(--surface);border:1px solid var(--line);border-radius:4px;padding:9px 12px;min-height:44px;width:100%}
input[type=radio],input[type=checkbox]{width:20px;height:20px;min-height:0;accent-color:var(--ink);vertical-align:-4px;margin:0 8px 0 0}
input[aria-invalid=true]{border-color:var(--red);border-width:2px}.error{color:var(--red);font-weight:650;margin:4px 0}
button,.button{font:inherit;font-weight:650;color:var(--ink);background:var(--surface);border:1px solid var(--line);border-radius:4px;padding:6px 14px;min-height:36px;cursor:pointer}
button:hover{border-color:var(--ink)}button.main{background:var(--rule);border-color:var(--rule);color:#1D1B19;min-height:48px;padding:10px 24px}button.danger{color:var(--red);border-color:var(--red)}
button.wide{width:100%;margin-top:24px}
form.inline{display:inline-block;margin:0 6px 6px 0}form.row{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:end;margin:0 0 8px}form.row>*{min-width:0;max-width:100%}p.mono{overflow-wrap:anywhere}form.row label{margin:0 0 4px}form.row input,form.row select{width:auto;max-width:100%;min-height:36px;padding:5px 10px}
.notice{border-left:4px solid var(--rule);background:var(--surface);padding:12px 16px;margin:16px 0}.notice.bad{border-color:var(--red);color:var(--ink);font-weight:400}
dl.sum{display:grid;grid-template-columns:1fr auto;gap:6px 0;margin:16px 0}dl.sum dt{padding-right:24px;color:var(--muted)}dl.sum dd{margin:0;min-width:0;overflow-wrap:anywhere;text-align:right;font-variant-numeric:tabular-nums}dl.sum .total{color:var(--ink);font-weight:750;font-size:1.15rem;border-top:2px solid var(--ink);padding-top:8px}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 16px}fieldset{border:0;padding:0;margin:16px 0 0}legend{font-weight:650;padding:0}
fieldset:has([value=card]:checked) .for-sepa,fieldset:has([value=sepa]:checked) .for-card{display:none}details{margin:8px 0}summary{cursor:pointer;min-height:28px}pre{overflow-x:auto;background:var(--surface);border:1px solid var(--faint);border-radius:4px;padding:12px;font-size:.85rem;white-space:pre-wrap;overflow-wrap:anywhere}
@media(max-width:480px){h1{font-size:1.5rem;overflow-wrap:anywhere}.top,main{padding-left:16px;padding-right:16px}.card{padding:16px}.pair{grid-template-columns:1fr}}
`
