/** One of the language's errors with a stable `code`: two installed copies of a package share no classes, but codes. */
export const withCode = <E extends Error>(error: E, code: string): E => Object.assign(error, { code });
