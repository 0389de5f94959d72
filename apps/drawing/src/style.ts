/** How pictures look, by the roles of the palette. Never colour alone: a shape, a number or a word says the same. */

/** Of time lines. */
export const TIME_LINE_CSS: string = `
.line { display: block; max-width: none; font: 400 13px/1 var(--font-text, system-ui, sans-serif); }
.line text { fill: var(--ink-1); }
.line-lane rect.even { fill: var(--panel); }
.line-lane rect.odd { fill: var(--page-alt); }
.line-lane line { stroke: var(--line); }
.line-lane text { fill: var(--ink-2); }
.line-bar { outline: none; }
.line-bar .body { fill: var(--panel); stroke: var(--ink-2); stroke-width: 1.4; }
.line-bar.open .body { stroke-dasharray: 5 4; }
.line-bar.involved .body { stroke: var(--ink-1); stroke-width: 2.4; }
.line-bar.refused .body { fill: var(--role-broken-soft); stroke: var(--role-broken); stroke-width: 2.4; }
.line-bar.refused .label { fill: var(--role-broken); font-weight: 600; }
.line-bar.aside { opacity: .42; }
.line-bar.aside:focus, .line-bar.aside:hover, .line-bar.aside.selected { opacity: 1; }
.line-bar .hit, .line-bar .edge { fill: transparent; }
.line-bar .note { fill: var(--ink-2); font-weight: 400; font-style: italic; }
.line-bar.refused .note { fill: var(--role-broken); }
.line-bar .cross, .line-copy .cross { fill: none; stroke: var(--role-broken); stroke-width: 2.6; stroke-linecap: round; }
.line-bar:focus-visible .body, .line-bar.selected .body { fill: var(--role-action-soft); stroke: var(--role-action); stroke-width: 2.6; }
.line[data-live] .line-bar { cursor: grab; touch-action: none; }
.line[data-live] .line-bar:hover .body { stroke: var(--role-action); }
.line[data-live] .edge { cursor: ew-resize; }
.line[data-live] .line-lane { cursor: crosshair; }
.line-point circle { fill: var(--role-holds); stroke: var(--panel); stroke-width: 1.5; }
.line-point text { fill: var(--on-node); font-size: 11px; font-weight: 700; text-anchor: middle; }
.line-bar .line-point { pointer-events: none; }
.line-copy .axis { stroke: var(--role-holds); stroke-width: 1.6; }
.line-copy .drop { stroke: var(--role-holds); stroke-width: 1; stroke-dasharray: 2 4; opacity: .7; }
.line-copy .name { fill: var(--role-holds); font-weight: 600; }
.line-copy .state { fill: var(--ink-2); }
`;

/** Of space-time diagrams. */
export const SEQUENCE_CSS: string = `
.seq { display: block; max-width: none; font: 400 13px/1 var(--font-text, system-ui, sans-serif); }
.seq text { fill: var(--ink-1); }
.seq .head { font-weight: 700; text-anchor: middle; }
.seq .lane { stroke-width: 2; }
.seq .now { fill: var(--role-action-soft); }
.seq .wrong { fill: var(--role-broken-soft); stroke: var(--role-broken); stroke-dasharray: 4 3; }
.seq .down { fill: var(--panel); stroke: var(--role-broken); stroke-dasharray: 3 3; }
.seq .dot { fill: var(--ink-1); }
.seq .mark { fill: var(--ink-2); paint-order: stroke; stroke: var(--panel); stroke-width: 4px; }
.seq-arrow path { fill: none; stroke: var(--role-moved); stroke-width: 1.6; }
.seq-arrow text { fill: var(--ink-2); paint-order: stroke; stroke: var(--panel); stroke-width: 4px; font-size: 12px; }
.seq-arrow.flying path { stroke-dasharray: 4 4; }
.seq-arrow.lost path { stroke: var(--role-broken); }
.seq-arrow.lost .x { fill: var(--role-broken); text-anchor: middle; font-size: 16px; }
.seq marker path { fill: var(--role-moved); }
.seq .later { opacity: .4; }
.seq .row { cursor: pointer; outline: none; }
.seq .row rect { fill: transparent; }
.seq .row:hover rect { fill: var(--role-action-soft); }
.seq .row:focus-visible rect { stroke: var(--role-action); stroke-width: 2; }
.seq .row text { fill: var(--ink-3); font-size: 12px; }
`;
