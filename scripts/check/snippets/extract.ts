/**
 * The programs in a Markdown page. A fence in TypeScript or JavaScript is one program unless its info string says
 * otherwise:
 *
 *     ```ts                              compiled and run
 *     ```ts continued                    goes on where the snippet before it ended
 *     ```ts compiled: needs a server     compiled; the reason says why it is not run
 *     ```ts fragment: two lines of many  neither; the reason says why
 *
 * `js` and `mjs` are run as ES modules, `cjs` as CommonJS. A line `console.log(…); // → 42` promises what it prints.
 */

export interface Snippet {
  readonly file: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: 'ts' | 'mjs' | 'cjs';
  readonly run: boolean;
  /** One entry a line of the program: its text and where it stands in the page. */
  readonly lines: readonly { readonly text: string; readonly line: number }[];
}

export interface Misuse {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

const LANGUAGES: Readonly<Record<string, Snippet['language']>> = {
  ts: 'ts',
  typescript: 'ts',
  js: 'mjs',
  javascript: 'mjs',
  mjs: 'mjs',
  cjs: 'cjs',
};

export function extract(file: string, page: string): { snippets: Snippet[]; misuses: Misuse[] } {
  const snippets: Snippet[] = [];
  const misuses: Misuse[] = [];
  for (const fence of fences(page)) {
    const [word = '', ...rest] = fence.info.split(/[\s{]+/);
    const language = LANGUAGES[word.toLowerCase()];
    if (language === undefined) continue;
    const marker = rest.join(' ');
    const lines = fence.lines.map((text, index) => ({ text, line: fence.line + 1 + index }));
    const misuse = (what: string): void => {
      misuses.push({ file, line: fence.line, what });
    };
    const [, kind, reason] = /^(fragment|compiled)\b:?\s*(.*)$/.exec(marker) ?? [];
    if (kind !== undefined && reason!.length < 8) {
      misuse(`is marked "${kind}" and gives no reason`);
    } else if (kind === 'fragment') {
      // Shown, not checked: the reason stands in the page's source.
    } else if (/^continued\b/.test(marker)) {
      const before = snippets.pop();
      if (before === undefined || before.language !== language)
        misuse('continues nothing: no snippet before it in the same language');
      else snippets.push({ ...before, lines: [...before.lines, ...lines] });
    } else {
      snippets.push({ file, line: fence.line, language, run: kind !== 'compiled', lines });
    }
  }
  return { snippets, misuses };
}

interface Fence {
  readonly info: string;
  readonly line: number;
  readonly lines: readonly string[];
}

/** Fenced code blocks as CommonMark has them: three or more marks, indented or in a list, closed by at least as many. */
function* fences(page: string): Generator<Fence> {
  let open: { indent: number; marks: string; info: string; line: number; lines: string[] } | undefined;
  for (const [index, text] of page.split(/\r?\n/).entries()) {
    if (open === undefined) {
      const match = /^(\s*)(?:[-*+]\s+|\d+\.\s+)?(`{3,}|~{3,})\s*([^`]*)$/.exec(text);
      if (match)
        open = { indent: match[1]!.length, marks: match[2]!, info: match[3]!.trim(), line: index + 1, lines: [] };
      continue;
    }
    const closing = text.trim();
    if (closing.startsWith(open.marks) && closing === open.marks[0]!.repeat(closing.length)) {
      yield open;
      open = undefined;
    } else {
      open.lines.push(text.slice(Math.min(open.indent, text.length - text.trimStart().length)));
    }
  }
}

/** What the program promises to print: the texts after `// →` on lines that print, in order. */
export function promises(snippet: Snippet): { text: string; line: number }[] {
  return snippet.lines.flatMap(({ text, line }) => {
    const match = /console\.log\(.*\/\/\s*(?:→|->|=>)\s*(.+?)\s*$/.exec(text);
    return match ? [{ text: match[1]!, line }] : [];
  });
}
