/** Small histories, placed as they are. */
import { type HistoryEvent, linearizable, type Model, operationsOf, type Verdict } from '@dsys/check';
import { type Pictured, pictureOf, type TimeLine } from '../src/index.js';

export const event = (process: number, type: HistoryEvent['type'], f: string, value?: unknown, key?: string) => ({
  process,
  type,
  f,
  value,
  ...(key !== undefined && { key }),
});

/** A picture with a lane for each process and an event a unit. */
export function pictured(events: readonly HistoryEvent[], model: Model<unknown>): Pictured & { verdict: Verdict } {
  const operations = operationsOf(events);
  const lanes = [...new Set(operations.map(({ process }) => `client ${process}`))];
  return {
    placed: operations.map((operation) => ({
      operation,
      id: String(operation.id),
      lane: lanes.indexOf(`client ${operation.process}`),
      from: operation.start,
      to: Number.isFinite(operation.end) ? operation.end : null,
    })),
    lanes,
    horizon: events.length,
    verdict: linearizable(events, model),
    model,
  };
}

export const drawn = (events: readonly HistoryEvent[], model: Model<unknown>): TimeLine =>
  pictureOf(pictured(events, model));
