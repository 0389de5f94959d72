/** A picture in one file: no request leaves it, and it says so to the browser that opens it. */
import { paletteCss } from './palette.js';
import { escaped, type Shape, shapeText } from './shape.js';
import { SEQUENCE_CSS, TIME_LINE_CSS } from './style.js';

/** One part of the file. */
export interface Section {
  readonly title: string;
  readonly tone: 'holds' | 'broken' | 'plain';
  /** What there is to say, a paragraph each; the first stands out. */
  readonly sentences: readonly string[];
  readonly picture: Shape | null;
  /** What the picture is, for who can't see it. */
  readonly alt: string;
  /** Said below the picture as long as nothing in it is chosen. */
  readonly hint: string;
  /** Lines to be shown as they are. */
  readonly text: string | null;
}

/** The whole file. */
export function htmlPage({
  title,
  sections,
}: {
  readonly title: string;
  readonly sections: readonly Section[];
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>
${paletteCss()}
${PAGE_CSS}${TIME_LINE_CSS}${SEQUENCE_CSS}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${sections.map(sectionHtml).join('\n')}
</main>
<script>
${SCRIPT}</script>
</body>
</html>
`;
}

function sectionHtml({ title, tone, sentences, picture, alt, hint, text }: Section): string {
  const mark = { holds: '✓', broken: '✕', plain: '' }[tone];
  const paragraphs = sentences.map((each, i) => `<p${i === 0 ? ` class="verdict ${tone}"` : ''}>${escaped(each)}</p>`);
  const figure =
    picture === null
      ? ''
      : `<div class="picture" tabindex="0" role="group" aria-label="${escaped(alt)}">${shapeText(picture)}</div>
<p class="said" role="status">${escaped(hint)}</p>`;
  const lines =
    text === null ? '' : `<details><summary>As text</summary><pre tabindex="0">${escaped(text)}</pre></details>`;
  return `<section>
<h2>${mark === '' ? '' : `<span class="${tone}" aria-hidden="true">${mark}</span> `}${escaped(title)}</h2>
${paragraphs.join('\n')}
${figure}
${lines}
</section>`;
}

const PAGE_CSS = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink-1); font: 400 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { margin: 0 auto; max-width: 90rem; padding: 1.5rem clamp(.75rem, 3vw, 2.5rem) 3rem; }
h1 { margin: 0 0 1rem; font-size: 1.35rem; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .6rem; border-top: 1px solid var(--line); padding-top: 1rem; font-size: 1.08rem; overflow-wrap: anywhere; }
p { margin: .5rem 0; max-width: 75ch; }
.verdict { border-left: 4px solid var(--line-strong); padding: .45rem .8rem; }
.verdict.holds { border-color: var(--role-holds); background: var(--role-holds-soft); }
.verdict.broken { border-color: var(--role-broken); background: var(--role-broken-soft); }
span.holds { color: var(--role-holds); }
span.broken { color: var(--role-broken); }
.picture { margin-top: 1rem; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); max-height: 85vh; overflow: auto; }
.said { min-height: 3em; color: var(--ink-2); }
summary { width: fit-content; color: var(--role-action); cursor: pointer; }
pre { margin: .5rem 0 0; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); padding: .8rem 1rem; overflow: auto; max-height: 70vh; font: .86rem/1.5 ui-monospace, Menlo, Consolas, monospace; }
:focus-visible { outline: 2.5px solid var(--role-action); outline-offset: 2px; }
@media print { .picture { max-height: none; } }
`;

/** Begins where something broke. Says what is pointed at or has the focus; arrow keys go on, as do Home and End. */
const SCRIPT = `for (const picture of document.querySelectorAll('.picture')) {
  const said = picture.nextElementSibling;
  const items = [...picture.querySelectorAll('[data-say]')];
  const say = (event) => {
    const item = event.target.closest('[data-say]');
    if (item) said.textContent = item.dataset.say;
  };
  const wrong = picture.querySelector('.wrong');
  if (wrong) picture.scrollTop = wrong.getBoundingClientRect().top - picture.getBoundingClientRect().top - picture.clientHeight / 2;
  picture.addEventListener('focusin', say);
  picture.addEventListener('mouseover', say);
  picture.addEventListener('click', (event) => event.target.closest('[data-say]')?.focus({ preventScroll: true }));
  picture.addEventListener('keydown', (event) => {
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -items.length, End: items.length, PageDown: 10, PageUp: -10 };
    const by = steps[event.key];
    if (by === undefined || items.length === 0) return;
    const now = items.includes(document.activeElement) ? items.indexOf(document.activeElement) : wrong ? items.length - 1 - by : -1;
    const next = items[Math.max(0, Math.min(items.length - 1, now + by))];
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
}
`;
