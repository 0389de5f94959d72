/** What clients saw; the shape that `@dsys/check` reads. */
export interface HistoryEvent {
  readonly process: string | number;
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly f: string;
  readonly key?: string | number | null;
  readonly value?: unknown;
  /** Microseconds of virtual time. */
  readonly time?: number;
}
