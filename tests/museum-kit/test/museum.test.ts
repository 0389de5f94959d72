import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Mutant, visit } from '../src/index.js';

const folder = fileURLToPath(new URL('fixture', import.meta.url));
const base = { sentence: '', file: 'src/add.ts', killedBy: ['test/add.case.ts'] };

test('a mutant is killed, survives, or has lost its text, and each is told from the others', async () => {
  const mutants: Mutant[] = [
    { ...base, id: 'killed', find: 'a + b', replace: 'a - b' },
    { ...base, id: 'survives', find: 'a + b', replace: 'a * b' },
    { ...base, id: 'moved', find: 'a ** b', replace: 'a' },
    { ...base, id: 'same', find: 'a + b', replace: 'a + b' },
    { ...base, id: 'elsewhere', find: 'a + b', replace: 'a - b', killedBy: ['test/none.case.ts'] },
    { ...base, id: 'late', find: 'a + b', replace: 'a - b', killedBy: ['test/late.case.ts'] },
    { ...base, id: 'never', find: 'a + b', replace: 'a - b', killedBy: ['test/late.case.ts'], neverComes: true },
  ];
  const verdicts = await visit(folder, mutants);
  expect(verdicts.get('killed')).toEqual({ killedBy: ['two and two are four'], fault: null });
  expect(verdicts.get('survives')).toEqual({ killedBy: [], fault: null });
  expect(verdicts.get('moved')?.fault).toContain('0 times');
  expect(verdicts.get('same')?.fault).toContain('changes nothing');
  expect(verdicts.get('elsewhere')?.fault).toContain('never loaded');
  expect(verdicts.get('late')).toMatchObject({ killedBy: [], fault: expect.stringContaining('time limit') });
  expect(verdicts.get('never')).toMatchObject({ killedBy: [expect.any(String)], fault: null });
}, 60_000);

test('two mutants of one name are refused', async () => {
  const twin = { ...base, id: 'twin', find: 'a + b', replace: 'a - b' };
  await expect(visit(folder, [twin, twin])).rejects.toThrow('two mutants are called twin');
});
