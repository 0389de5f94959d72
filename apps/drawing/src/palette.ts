/** The colours of the site by role, for a file that stands alone. A test holds them against the site's own. */

const LIGHT = {
  'role-action': '#2450a8',
  'role-action-soft': '#2450a816',
  'role-moved': '#b3420f',
  'role-holds': '#226b3e',
  'role-holds-soft': '#226b3e16',
  'role-broken': '#a8203a',
  'role-broken-soft': '#a8203a14',
  'node-0': '#2f6db5',
  'node-1': '#c98a1b',
  'node-2': '#2f8f6b',
  'node-3': '#a2508f',
  'node-4': '#6a7f2d',
  'node-5': '#c4604f',
  'node-6': '#3f98a8',
  'node-7': '#7663bd',
  'node-8': '#8c6b4f',
  'node-9': '#6f7a88',
  'on-node': '#ffffff',
  page: '#fcfbf8',
  'page-alt': '#f5f3ed',
  panel: '#ffffff',
  'ink-1': '#1d2129',
  'ink-2': '#4b525e',
  'ink-3': '#69707c',
  line: '#dfdbd1',
  'line-strong': '#8b8f96',
} as const;

const DARK: Readonly<Record<keyof typeof LIGHT, string>> = {
  'role-action': '#8fb4f5',
  'role-action-soft': '#8fb4f51f',
  'role-moved': '#f0925c',
  'role-holds': '#7fc99a',
  'role-holds-soft': '#7fc99a1c',
  'role-broken': '#f2899b',
  'role-broken-soft': '#f2899b1f',
  'node-0': '#6fa5e8',
  'node-1': '#e0ac4a',
  'node-2': '#5fbf97',
  'node-3': '#d08bc0',
  'node-4': '#a3b85c',
  'node-5': '#e58f7f',
  'node-6': '#6fc3d1',
  'node-7': '#a797e6',
  'node-8': '#c09b7a',
  'node-9': '#a3adba',
  'on-node': '#14161b',
  page: '#15171c',
  'page-alt': '#1b1e24',
  panel: '#1d2027',
  'ink-1': '#e8e6df',
  'ink-2': '#b6bac2',
  'ink-3': '#949aa5',
  line: '#32363f',
  'line-strong': '#757c88',
};

/** By name, `--` left out. */
export const PALETTE: {
  readonly light: Readonly<Record<string, string>>;
  readonly dark: Readonly<Record<string, string>>;
} = {
  light: LIGHT,
  dark: DARK,
};

/** The variables of both, chosen by what the reader's system prefers. */
export function paletteCss(): string {
  const variables = (colours: Readonly<Record<string, string>>): string =>
    Object.entries(colours)
      .map(([name, value]) => `--${name}:${value}`)
      .join(';');
  return `:root{color-scheme:light dark;${variables(LIGHT)}}\n@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}`;
}
