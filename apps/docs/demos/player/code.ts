/** A run as a test that one can paste. */

/** The program that replays what was done here. `from` is where the system is imported from. */
export function testOf(
  { system, from }: { readonly system: string; readonly from: string },
  actions: readonly string[],
  violation: string | null,
): string {
  const lines = actions.map((id) => `      [0, ${JSON.stringify(id)}],`);
  return `import { replay } from '@dsys/sim';
import { expect, test } from 'vitest';
import { ${system} } from '${from}';

test('${violation === null ? 'this schedule is harmless' : 'this schedule breaks it'}', () => {
  const { violation } = replay(${system}, {
    options: { fused: false, clocks: {} },
    actions: [
${lines.join('\n')}
    ],
  });
  expect(violation${violation === null ? ')' : '?.invariant)'}.${violation === null ? 'toBeNull()' : `toBe(${JSON.stringify(violation)})`};
});
`;
}
