import { expect } from 'vitest';
import { hash4jState, hyperLogLogOfHash4j } from '../src/hash4j/index.js';
import { HyperLogLog, UltraLogLog } from '../src/index.js';
import { tokenCapacity } from '../src/small.js';
import { checkpointsUpTo, Errors, play } from './jumps.js';

export interface Campaign {
  readonly precision: number;
  readonly trials: number;
  readonly most: number;
  /** How far bias may go. */
  readonly bias: number;
  /** How far the root mean square error may go, over theory. */
  readonly rmse: number;
  readonly seed?: number;
  readonly print?: boolean;
}

/** Every estimator of a HyperLogLog over seeded streams, at every round number and on both sides of every turn. */
export function hyperLogLogAccuracy({ precision, trials, most, bias, rmse, seed = 1, print = false }: Campaign): void {
  const m = 2 ** precision;
  const turn = tokenCapacity(precision);
  const turns = [
    31,
    32,
    33,
    34,
    turn - 1,
    turn,
    turn + 1,
    turn + 2,
    m / 2,
    m,
    2 * m,
    2.4 * m,
    2.5 * m,
    2.6 * m,
    3 * m,
    5 * m,
  ];
  const checkpoints = checkpointsUpTo(most, turns);
  const series = {
    // What `estimate()` gives a stream; Ertl's estimator on dense registers, from the first item on; and what a merge leaves.
    martingale: { errors: checkpoints.map(() => new Errors()), theory: 0.8326 / Math.sqrt(m) },
    improved: { errors: checkpoints.map(() => new Errors()), theory: 1.03896 / Math.sqrt(m) },
    merged: { errors: checkpoints.map(() => new Errors()), theory: 1.03896 / Math.sqrt(m) },
  };
  for (let trial = 0; trial < trials; trial++) {
    const sketch = HyperLogLog.create({ precision, hash: 'other' });
    play(sketch, { precision, seed: seed * 1_000_000 + trial, checkpoints, played: turn + 64 }, (i) => {
      const n = checkpoints[i]!;
      series.martingale.errors[i]!.add(sketch.estimate(), n);
      series.improved.errors[i]!.add(hyperLogLogOfHash4j(hash4jState(sketch), { hash: 'other' }).estimate(), n);
      series.merged.errors[i]!.add(sketch.estimate('improved'), n);
    });
  }
  for (const [name, { errors, theory }] of Object.entries(series)) {
    const biases = errors.map((e) => Math.abs(e.bias));
    const worst = Math.max(...biases);
    const ratios = errors.map((e) => e.rmse / theory);
    const widest = Math.max(...ratios);
    if (print)
      console.log(
        `p = ${precision}, ${trials} trials, ${name}: bias at most ${(100 * worst).toFixed(4)} % (n = ${checkpoints[biases.indexOf(worst)]}; ` +
          `one sigma is ${((100 * theory) / Math.sqrt(trials)).toFixed(4)} %), RMSE at most ${widest.toFixed(4)} of theory (n = ${checkpoints[ratios.indexOf(widest)]})`,
      );
    for (const [i, e] of errors.entries()) {
      expect(Math.abs(e.bias), `bias of ${name} at n = ${checkpoints[i]}, p = ${precision}`).toBeLessThan(bias);
      expect(e.rmse / theory, `RMSE of ${name} over theory at n = ${checkpoints[i]}, p = ${precision}`).toBeLessThan(
        rmse,
      );
    }
  }
}

/** The same for an UltraLogLog. */
export function ultraLogLogAccuracy({ precision, trials, most, bias, rmse, seed = 1, print = false }: Campaign): void {
  const m = 2 ** precision;
  const checkpoints = checkpointsUpTo(most, [m / 2, m, 2.5 * m, 5 * m]);
  const series = {
    best: { errors: checkpoints.map(() => new Errors()), theory: 0.6582 / Math.sqrt(m) },
    fgra: { errors: checkpoints.map(() => new Errors()), theory: 0.7822 / Math.sqrt(m) },
    likelihood: { errors: checkpoints.map(() => new Errors()), theory: 0.7609 / Math.sqrt(m) },
  };
  for (let trial = 0; trial < trials; trial++) {
    const sketch = UltraLogLog.create({ precision, hash: 'other' });
    playUltra(sketch, precision, seed * 1_000_000 + trial, checkpoints, (i) => {
      for (const name of ['best', 'fgra', 'likelihood'] as const)
        series[name].errors[i]!.add(sketch.estimate(name), checkpoints[i]!);
    });
  }
  for (const [name, { errors, theory }] of Object.entries(series)) {
    const worst = Math.max(...errors.map((e) => Math.abs(e.bias)));
    const widest = Math.max(...errors.map((e) => e.rmse / theory));
    if (print)
      console.log(
        `UltraLogLog, p = ${precision}, ${trials} trials, ${name}: bias at most ${(100 * worst).toFixed(4)} %, RMSE at most ${widest.toFixed(4)} of theory`,
      );
    expect(worst, `bias of ${name}`).toBeLessThan(bias);
    expect(widest, `RMSE of ${name} over theory`).toBeLessThan(rmse);
  }
}

/** Its registers change more often than ranks rise, so every item is played: random hashes. */
function playUltra(
  sketch: UltraLogLog,
  precision: number,
  seed: number,
  checkpoints: readonly number[],
  look: (i: number) => void,
): void {
  play(sketch, { precision, seed, checkpoints, played: checkpoints.at(-1)! }, look);
}
