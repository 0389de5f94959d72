/**
 * What a check is. Each lives in a file of its own, reads the tree below `root` and changes nothing there; what it
 * finds says where, what, and what to do. `main.ts` runs them, `fix.ts` mends what can be mended.
 */

/** One thing that must hold in this repository. */
export interface Check {
  readonly name: string;
  /** What is true when it passes, as one sentence. */
  readonly holds: string;
  /** It reads `dist` of the packages, so `main.ts` builds them first. What does not build is said there. */
  readonly needsBuild: boolean;
  /** Empty when all is well. `note` tells the person who waits what is going on. */
  run(root: string, note: (line: string) => void): Promise<readonly Finding[]>;
}

/** One place where it does not hold. */
export interface Finding {
  /** `path:line`, a path, or a package; always relative to the root. */
  readonly at: string;
  /** What is wrong there. */
  readonly what: string;
  /** What to do about it. */
  readonly todo: string;
}
