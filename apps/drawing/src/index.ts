/**
 * Pictures of what distributed systems did: a history with its verdict as a time line, a run as a space-time diagram. A
 * picture is plain data (`Shape`); the site makes elements of it, and the command `dsys` one file that stands alone.
 *
 * Start reading at `shape.ts`, then `time-line.ts` and `sequence.ts`.
 */
export { htmlPage, type Section } from './page.js';
export { PALETTE } from './palette.js';
export { moments, type Pictured, type Placed, pictureOf, verdictSentence } from './picture.js';
export { type Arrow, type Diagram, type Down, type Row, type SequenceOptions, sequenceShape } from './sequence.js';
export { type Attribute, escaped, type Shape, shape, shapeText } from './shape.js';
export { SEQUENCE_CSS, TIME_LINE_CSS } from './style.js';
export {
  type Bar,
  type Copy,
  type Interaction,
  LANE,
  layOut,
  type Point,
  placeAt,
  type TimeLine,
  type TimeLineLayout,
  type Tone,
  timeLineShape,
} from './time-line.js';
export { diagramOfTrace, type TraceDiagram, type TracedEvent } from './trace.js';
export { callText, listed, valueText } from './words.js';
