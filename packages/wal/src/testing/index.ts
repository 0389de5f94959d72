/** The suite that a `Storage` of your own should pass. */
export {};
