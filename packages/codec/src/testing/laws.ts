/** What every codec of untrusted bytes owes, one law a function. */
import { cuts, edited, exaggerations, flips, type Mutation, paddings, tails } from './mutations.js';
import type { Random } from './random.js';
import { sameBytes, type Trial } from './trial.js';

/** A sentence, and what tries whether it is true. */
export interface LawText {
  readonly name: string;
  readonly check: <T>(trial: Trial<T>) => void;
}

/** In the order in which they are tried: good bytes first. */
export const LAWS: readonly LawText[] = [
  { name: 'what was encoded decodes to an equal value', check: roundTrips },
  { name: 'a value has one encoding', check: isCanonical },
  { name: 'encoded bytes are the caller’s to keep', check: handsOver },
  { name: 'bytes may lie anywhere in a buffer, and are left as they were', check: readsInPlace },
  { name: 'bytes cut short are refused', check: refusesCuts },
  { name: 'bytes with a flipped bit are refused, or spell another value', check: refusesFlips },
  { name: 'padded numbers are refused, or spell another value', check: refusesPaddings },
  { name: 'exaggerated lengths are refused before memory is given for them', check: refusesExaggerations },
  { name: 'bytes behind the end are refused', check: refusesTails },
  { name: 'random bytes are refused, or spell a value', check: refusesNoise },
  { name: 'samples with random edits are refused, or spell a value', check: refusesEdits },
];

function roundTrips<T>(trial: Trial<T>): void {
  for (const [i, { value, bytes }] of trial.samples().entries())
    trial.case(`round-trip/${i}`, bytes, (broken) => {
      if (!trial.equal(trial.decode(bytes.slice(), broken), value)) broken('decode gave another value');
    });
}

function isCanonical<T>(trial: Trial<T>): void {
  for (const [i, { value, bytes }] of trial.samples().entries())
    trial.case(`canonical/${i}`, bytes, (broken) => {
      if (!sameBytes(trial.encode(value, broken), bytes)) broken('encoding the value again gave other bytes');
      const decoded = trial.decode(bytes.slice(), broken);
      if (!sameBytes(trial.encode(decoded, broken), bytes)) broken('encoding the decoded value gave other bytes');
    });
}

function handsOver<T>(trial: Trial<T>): void {
  const samples = trial.samples();
  for (const [i, { value, bytes }] of samples.entries())
    trial.case(`kept/${i}`, bytes, (broken) => {
      const kept = trial.encode(value, broken);
      for (const other of samples) trial.encode(other.value, broken);
      if (!sameBytes(kept, bytes)) broken('encoding other values changed them');
    });
  for (const [i, value] of (trial.codec.unencodable ?? []).entries())
    trial.case(`unencodable/${i}`, new Uint8Array(), (broken) => {
      let refused = false;
      try {
        trial.codec.encode(value);
      } catch {
        refused = true;
      }
      if (!refused) broken('encode took a value that it should refuse');
      for (const good of samples)
        if (!sameBytes(trial.encode(good.value, broken), good.bytes))
          broken('encoding differs after a value was refused');
    });
}

function readsInPlace<T>(trial: Trial<T>): void {
  const before = 5;
  for (const [i, { value, bytes }] of trial.samples().entries())
    trial.case(`in-place/${i}`, bytes, (broken) => {
      const around = new Uint8Array(before + bytes.length + 11).fill(0xa5);
      around.set(bytes, before);
      const copy = around.slice();
      const decoded = trial.decode(new Uint8Array(around.buffer, before, bytes.length), broken);
      if (!trial.equal(decoded, value)) broken(`at offset ${before} of a larger buffer, decode gave another value`);
      if (!sameBytes(around, copy)) broken('decode changed its input');
    });
}

function refusesCuts<T>(trial: Trial<T>): void {
  attackAll(trial, 'cut', cuts, trial.codec.openEnded === true);
}

function refusesFlips<T>(trial: Trial<T>): void {
  attackAll(trial, 'flip', flips, true);
}

function refusesPaddings<T>(trial: Trial<T>): void {
  attackAll(trial, 'padding', paddings, true);
}

function refusesExaggerations<T>(trial: Trial<T>): void {
  attackAll(trial, 'length', exaggerations, true);
}

function refusesTails<T>(trial: Trial<T>): void {
  attackAll(trial, 'tail', tails, trial.codec.openEnded === true);
}

function refusesNoise<T>(trial: Trial<T>): void {
  const random = trial.random();
  const { checksummed = false, inside } = trial.codec;
  const [sample] = trial.samples();
  for (let run = 0; run < trial.runs; run++) {
    const noise = random.bytes(128);
    trial.attack(`noise/${run}`, noise, !checksummed);
    if (inside !== undefined) trial.attack(`noise/${run}/inside`, inside.seal(noise, sample!.bytes), true);
  }
}

function refusesEdits<T>(trial: Trial<T>): void {
  const random = trial.random();
  const samples = trial.samples();
  const { checksummed = false, inside } = trial.codec;
  for (let run = 0; run < trial.runs; run++) {
    const { bytes } = random.pick(samples);
    const { bytes: other } = random.pick(samples);
    const edit = edited(bytes, other, random);
    // Edits may undo one another, or graft a whole sample: that is good bytes, checksum and all.
    if (!samples.some((sample) => sameBytes(edit, sample.bytes))) trial.attack(`edit/${run}`, edit, !checksummed);
    if (inside === undefined) continue;
    const payload = edited(inside.open(bytes), inside.open(other), random);
    trial.attack(`edit/${run}/inside`, inside.seal(payload, bytes), true);
  }
}

/** Attacks every sample as it is and, where a checksum hides what is inside, that too, with its checksum made right. */
function attackAll<T>(
  trial: Trial<T>,
  id: string,
  mutate: (bytes: Uint8Array, random: Random) => Iterable<Mutation>,
  mayAccept: boolean,
): void {
  const { checksummed = false, inside } = trial.codec;
  for (const [i, { bytes }] of trial.samples().entries()) {
    for (const mutation of mutate(bytes, trial.random()))
      if (!sameBytes(mutation.bytes, bytes))
        trial.attack(`${id}/${i}/${mutation.id}`, mutation.bytes, mayAccept && !checksummed);
    if (inside === undefined) continue;
    const payload = inside.open(bytes);
    for (const mutation of mutate(payload, trial.random()))
      if (!sameBytes(mutation.bytes, payload))
        trial.attack(`${id}/${i}/inside/${mutation.id}`, inside.seal(mutation.bytes, bytes), mayAccept);
  }
}
