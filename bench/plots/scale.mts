/** From the power of ten below all values to the one above. */
export function decades(values: readonly number[]): [from: number, to: number] {
  const [low, high] = [Math.min(...values), Math.max(...values)].map(Math.log10) as [number, number];
  const from = Math.floor(low + 1e-9);
  const to = Math.max(from + 1, Math.ceil(high - 1e-9));
  return [10 ** from, 10 ** to];
}

/** Where a value is between two places, by its logarithm. */
export function place(value: number, [from, to]: readonly [number, number], [start, end]: readonly [number, number]) {
  return start + (Math.log(value / from) / Math.log(to / from)) * (end - start);
}

/** Places moved apart until none is nearer to another than `gap`, each as near to its own as can be, in the same order. */
export function spread(places: readonly number[], gap: number): number[] {
  const order = places.map((_, index) => index).sort((one, other) => (places[one] ?? 0) - (places[other] ?? 0));
  // Those that touch are a block around the middle of what they want.
  const blocks: { middle: number; of: number[] }[] = [];
  for (const index of order) {
    let block = { middle: places[index] ?? 0, of: [index] };
    for (let before = blocks.at(-1); before; before = blocks.at(-1)) {
      const apart = (gap * (before.of.length + block.of.length)) / 2;
      if (block.middle - before.middle >= apart) break;
      blocks.pop();
      const of = [...before.of, ...block.of];
      block = { middle: of.reduce((sum, one) => sum + (places[one] ?? 0), 0) / of.length, of };
    }
    blocks.push(block);
  }
  const moved = [...places];
  for (const { middle, of } of blocks)
    for (const [rank, index] of of.entries()) moved[index] = middle + (rank - (of.length - 1) / 2) * gap;
  return moved;
}
