/** The files of a new package. They build, pass their test and every check as they are; then they are yours. */

/** Path below the package → content. */
export function packageFiles(name: string, description: string): Record<string, string> {
  return {
    'package.json': manifest(name, description),
    'README.md': readme(name, description),
    'tsconfig.json': settings({ extends: '../../tsconfig.base.json', include: ['src', '../../ambient'] }),
    'tsconfig.build.json': settings({
      extends: './tsconfig.json',
      compilerOptions: { noEmit: false, emitDeclarationOnly: true, rootDir: 'src', outDir: 'dist' },
      include: ['src', '../../ambient'],
    }),
    'tsconfig.test.json': settings({
      extends: '../../tsconfig.base.json',
      compilerOptions: { types: ['node'], isolatedDeclarations: false, resolveJsonModule: true },
      include: ['sim', 'test', 'bench', '*.ts'],
    }),
    'tsup.config.ts':
      "import { library } from '../../tsup.base.js';\n\nexport default library({ index: 'src/index.ts' });\n",
    'vitest.config.ts': "import { tests } from '../../vitest.base.js';\n\nexport default tests();\n",
    'src/index.ts': `/**\n * ${description}\n *\n * @module\n */\nexport { firstIdea } from './first-idea.js';\n`,
    'src/first-idea.ts': FIRST_IDEA,
    'test/first-idea.test.ts': FIRST_TEST,
  };
}

const FIRST_IDEA = `/** How many of the bytes are zero. It stands here until the first idea of the package does. O(n). */
export function firstIdea(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) count++;
  return count;
}
`;

const FIRST_TEST = `import { expect, test } from 'vitest';
import { firstIdea } from '../src/index.js';

test('counts zero bytes and no others', () => {
  expect(firstIdea(new Uint8Array([0, 1, 0, 255]))).toBe(2);
  expect(firstIdea(new Uint8Array(0))).toBe(0);
});
`;

function manifest(name: string, description: string): string {
  const types = './dist/index.d.ts';
  const main = './dist/index.js';
  return json({
    name: `@dsys/${name}`,
    // The changeset written beside it makes this 0.1.0 when it is released.
    version: '0.0.0',
    description,
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    repository: { type: 'git', url: 'git+https://github.com/dsys/dsys.git', directory: `packages/${name}` },
    engines: { node: '>=20.19' },
    files: ['dist', 'src'],
    exports: { '.': { '@dsys/source': './src/index.ts', types, default: main } },
    publishConfig: { access: 'public', provenance: true, exports: { '.': { types, default: main } } },
    scripts: {
      build: 'tsup && tsc -p tsconfig.build.json',
      typecheck: 'tsc -p tsconfig.json && tsc -p tsconfig.test.json',
      test: 'vitest run',
    },
  });
}

function readme(name: string, description: string): string {
  const heading = (title: string, hint: string): string => `## ${title}\n\n<!-- ${hint} -->\n`;
  return `# @dsys/${name}

${description}

\`\`\`sh
npm install @dsys/${name}
\`\`\`

\`\`\`ts
import { firstIdea } from '@dsys/${name}';

console.log(firstIdea(new Uint8Array([0, 1, 0]))); // → 2
\`\`\`

${[
  heading('Guarantees', 'What holds, under which assumptions, and which test proves it.'),
  heading('What you must do', 'What no library can do for its user.'),
  heading('Calls and options', 'Type, default, unit, cost.'),
  heading('Bytes', 'The format of what is stored or sent: a promise, with a version.'),
  heading('Benchmark', 'Figures with command and machine; `npm run bench -- ' + name + '`.'),
  heading('Where is X?', 'What people look for under another name, or elsewhere.'),
  heading('Limits', 'What it does not do, and what holds on macOS, Windows, Bun and Deno.'),
  heading('Sources', 'Papers with their sections.'),
].join('\n')}`;
}

/** As biome formats it: `package.json` spread out, short lists of the other files on one line. */
function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function settings(value: unknown): string {
  return json(value).replace(/\[\s+([^[\]{}]+?)\s+\]/g, (_, items: string) => `[${items.replace(/\s*\n\s*/g, ' ')}]`);
}
