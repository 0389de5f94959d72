import type { Refusal } from './explained.js';

/** Tries what can't be, and takes the package's own word for why. */
export function refusalOf(title: string, attempt: () => unknown): Refusal {
  try {
    attempt();
  } catch (error) {
    // A package’s errors have codes; whatever else is thrown is a mistake of ours.
    if (error instanceof Error && 'code' in error) return { title, why: error.message };
    throw error;
  }
  throw new Error(`${title} was to be refused, and was not`);
}
