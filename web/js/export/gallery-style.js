// SPDX-License-Identifier: Apache-2.0
// How an exported gallery looks: as the program's own `--gallery`.

export const GALLERY_STYLE = `
:root{color-scheme:light dark;--page:#f5f4f0;--card:#fff;--ink:#1c1b19;--soft:#6b675f;
--line:#e3e0d8;--empty:#eae7df;--accent:#a8481f}
@media(prefers-color-scheme:dark){:root{--page:#151412;--card:#201e1b;--ink:#f2efe9;--soft:#a8a196;
--line:#36332e;--empty:#2b2824;--accent:#f3986a}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
header,main,footer{max-width:1680px;margin:0 auto;padding:0 clamp(16px,4vw,56px)}
header{padding-top:clamp(28px,5vw,64px);padding-bottom:28px}
h1{margin:0;font-size:clamp(28px,4.2vw,48px);line-height:1.1;letter-spacing:-.02em;font-weight:650}
header p,footer p{margin:.6em 0 0;color:var(--soft);max-width:72ch}
nav{display:flex;flex-wrap:wrap;gap:8px;margin-top:22px}
nav a{padding:5px 13px;border:1px solid var(--line);border-radius:99px;background:var(--card);
color:inherit;text-decoration:none;font-size:14px;overflow-wrap:anywhere}
nav a:hover{border-color:var(--accent)}
nav b{font-weight:500;color:var(--soft);font-variant-numeric:tabular-nums}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));
grid-auto-flow:row dense;gap:clamp(16px,1.8vw,28px);align-items:start;padding-bottom:56px}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;overflow:hidden;
scroll-margin-top:16px;min-width:0}
section:target{outline:2px solid var(--accent);outline-offset:3px}
section.wide,section:has(details[open]){grid-column:1/-1}
.cover{display:grid;aspect-ratio:4/3;gap:2px;grid-auto-flow:column}
.n2{grid-template-columns:1fr 1fr}
.n3{grid-template:1fr 1fr/2fr 1fr}
.n4{grid-template:1fr 1fr 1fr/3fr 1fr}
.n3>:first-child,.n4>:first-child{grid-row:1/-1}
figure{margin:0;min-width:0;min-height:0;position:relative}
.cover figure,.frame{background:var(--empty);overflow:hidden;position:relative}
.frame{aspect-ratio:1;border-radius:8px}
img{position:absolute;width:100%;height:100%;object-fit:cover}
figcaption{font-size:12px;color:var(--soft);padding-top:5px;overflow:hidden;text-overflow:ellipsis;
white-space:nowrap}
.none{position:absolute;inset:0;display:grid;place-content:center;color:var(--soft);font-size:13px}
.title{padding:14px 20px 16px}
h2{margin:0;font-size:20px;line-height:1.25;letter-spacing:-.01em;font-weight:620;
overflow-wrap:anywhere}
.title p{margin:4px 0 0;font-size:14px;color:var(--soft)}
summary{cursor:pointer;padding:11px 20px;border-top:1px solid var(--line);font-size:14px;
color:var(--accent);list-style:none}
summary::-webkit-details-marker{display:none}
summary::after{content:" \\2192"}
details[open]>summary::after{content:" \\00d7"}
summary:focus-visible,nav a:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
.all{display:grid;padding:0 20px 20px;gap:16px 14px;
grid-template-columns:repeat(auto-fill,minmax(min(44%,148px),1fr))}
@media(min-width:800px){section:has(details[open]){display:grid;
grid-template-columns:minmax(300px,26%) 1fr}
section:has(details[open]) summary{border-top:0;padding-top:16px}}
ul{margin:0;padding:0 20px 18px 38px;color:var(--soft);font-size:14px}
li{margin-top:6px;overflow-wrap:anywhere}
li bdi{color:var(--ink)}
footer{padding-bottom:56px;font-size:14px}
footer p{border-top:1px solid var(--line);padding-top:20px;max-width:none}
@media print{body{background:#fff}section{break-inside:avoid}nav,summary{display:none}}
`;
