// biome-ignore-all lint/suspicious/noTemplateCurlyInString: patches are text, and a placeholder in them is the source's own.
import type { Mutant } from '@dsys/museum-kit';

const LINEARIZABLE = ['test/linearizable.test.ts'];
const HISTORY = ['test/history.test.ts'];
const EXPLORE = ['test/explore.test.ts'];

/** Checkers that can't fail, and other faults of those who judge. */
export const mutants: readonly Mutant[] = [
  {
    id: 'K1',
    sentence: 'Real time is ignored: an operation may take effect after its answer.',
    file: 'src/search.ts',
    find: 'if (list.isAnswer(this.at)) {',
    replace: 'if (list.isAnswer(this.at) && list.next(this.at) < this.at) {',
    killedBy: LINEARIZABLE,
  },
  {
    id: 'K2',
    sentence: 'Places are remembered by their state alone, without what is done.',
    file: 'src/search.ts',
    find: '${owes}${this.done.text()}${this.model',
    replace: '${owes}${this.model',
    killedBy: LINEARIZABLE,
  },
  {
    id: 'K3',
    sentence: 'An open operation must take effect.',
    file: 'src/search.ts',
    find: 'while (this.answersLeft > 0) {',
    replace: 'while (this.answersLeft > 0 || this.choices.length < this.operations.length) {',
    killedBy: LINEARIZABLE,
  },
  {
    id: 'K4',
    sentence: 'What failed is taken for something that nobody knows of.',
    file: 'src/history.ts',
    find: "if (event.type === 'info') found",
    replace: "if (event.type !== 'ok') found",
    killedBy: HISTORY,
  },
  {
    id: 'K5',
    sentence: 'A limit that is reached passes for a proof.',
    file: 'src/explore.ts',
    find: 'isComplete: this.violation === null && this.waiting === 0 && !this.isCut,',
    replace: 'isComplete: this.violation === null,',
    killedBy: EXPLORE,
  },
  {
    id: 'K6',
    sentence: 'Initial states are not judged.',
    file: 'src/explore.ts',
    find: '    this.judge(state, id);',
    replace: '    if (from !== -1) this.judge(state, id);',
    killedBy: EXPLORE,
  },
  {
    id: 'K7',
    sentence: 'Symmetry is asked for and ignored.',
    file: 'src/explore.ts',
    find: 'this.fingerprint = options.symmetry ?? (',
    replace: 'this.fingerprint = (',
    killedBy: EXPLORE,
  },
  {
    id: 'K8',
    sentence: 'Only the first key is searched.',
    file: 'src/linearizable.ts',
    find: 'for (const part of [...this.parts]) {',
    replace: 'for (const part of this.parts.splice(0).slice(0, 1)) {',
    killedBy: LINEARIZABLE,
  },
  {
    id: 'K9',
    sentence: 'Of two ways to one place, the one that has spent more open operations is kept.',
    file: 'src/search.ts',
    find: '(less & spent) === less',
    replace: '(less & spent) === spent',
    killedBy: LINEARIZABLE,
  },
  {
    id: 'K10',
    sentence: 'A state that is made again is made from the wrong way.',
    file: 'src/frontier.ts',
    find: 'if (known?.id === id) return known.state;',
    replace: 'if (known !== undefined) return known.state;',
    killedBy: EXPLORE,
  },
];
