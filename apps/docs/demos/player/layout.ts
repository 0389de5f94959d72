/** Where the words of a picture go: beside what they name, and never one over another. */

/** A rectangle by its centre. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** As wide as text of the picture's size is at most, a little less than half of its letters' height a letter. */
export const textWidth = (text: string, size: number): number => text.length * size * 0.53;

const SIZE = 12;
const HEIGHT = 15;

/**
 * The middle of each label, on the first place near its dot that is free, or null where none is: a label that can't be read
 * is worse than none. Dots and `taken` (nodes, their roles) are kept free.
 */
export function placeLabels(
  dots: readonly { readonly x: number; readonly y: number; readonly label: string }[],
  taken: readonly Box[],
  view: Box,
): (Box | null)[] {
  const full: Box[] = [...taken, ...dots.map(({ x, y }) => ({ x, y, width: 17, height: 17 }))];
  return dots.map(({ x, y, label }) => {
    const width = textWidth(label, SIZE) + 4;
    const side = width / 2 + 11;
    const places = [
      [0, -17],
      [0, 17],
      [side, 0],
      [-side, 0],
      [side - 6, -14],
      [-side + 6, -14],
      [side - 6, 14],
      [-side + 6, 14],
      [0, -31],
      [0, 31],
    ] as const;
    for (const [dx, dy] of places) {
      const box = { x: x + dx, y: y + dy, width, height: HEIGHT };
      if (!isWithin(box, view) || full.some((other) => overlaps(box, other))) continue;
      full.push(box);
      return box;
    }
    return null;
  });
}

export const overlaps = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) * 2 < a.width + b.width && Math.abs(a.y - b.y) * 2 < a.height + b.height;

const isWithin = (a: Box, view: Box): boolean =>
  Math.abs(a.x - view.x) * 2 + a.width <= view.width && Math.abs(a.y - view.y) * 2 + a.height <= view.height;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Whether the way from a to b and the way from c to d meet. */
export function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number =>
    Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}
