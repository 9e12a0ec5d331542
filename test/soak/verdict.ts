import { fitted, median } from "./fit";

/** What was read of the provider's process between two commands. */
export interface Sample {
  /** Since the soak began. */
  seconds: number;
  edits: number;
  /** Megabytes of memory that the process has. */
  rss: number;
  /** Megabytes that live, after a collection of garbage; not at each sample. */
  heap?: number;
  files: number;
  sockets: number;
  /** Established TCP connections. */
  connections: number;
}

export type Figure = Exclude<keyof Sample, "seconds" | "edits">;

/** How much more the last quarter of the time may have than the second one, both by their medians. */
export const tolerances: Record<Figure, { unit: string; share: number; more: number }> = {
  heap: { unit: "MB", share: 0.05, more: 0.5 },
  rss: { unit: "MB", share: 0.1, more: 0 },
  files: { unit: "", share: 0, more: 2 },
  sockets: { unit: "", share: 0, more: 2 },
  connections: { unit: "", share: 0, more: 2 },
};

export interface Growth {
  figure: Figure;
  unit: string;
  /** Medians of the second and of the last quarter. */
  early: number;
  late: number;
  most: number;
  /** By the line through all samples after the warm-up. */
  perEdit: number;
  perHour: number;
  grows: boolean;
}

const warmUp = 0.2;
/** In a shorter time a process is still warming up in its second quarter. */
export const leastMinutes = 10;

/** What became more. Of a figure without samples in both quarters nothing is said. */
export function growthOf(samples: readonly Sample[]): Growth[] {
  const end = samples.at(-1)?.seconds ?? 0;
  const figures = Object.keys(tolerances) as Figure[];
  return figures.flatMap((figure) => {
    const known = samples.flatMap(({ [figure]: value, seconds, edits }) =>
      value === undefined ? [] : [{ value, seconds, edits }],
    );
    const between = (from: number, to: number) =>
      known.filter(({ seconds }) => seconds >= from * end && seconds <= to * end).map(({ value }) => value);
    const [second, last] = [between(0.25, 0.5), between(0.75, 1)];
    if (second.length === 0 || last.length === 0) return [];
    const warm = known.filter(({ seconds }) => seconds >= warmUp * end);
    const [early, late] = [median(second), median(last)];
    const { unit, share, more } = tolerances[figure];
    return {
      figure,
      unit,
      early,
      late,
      most: early * (1 + share) + more,
      perEdit: fitted(warm.map(({ edits, value }) => [edits, value])).slope,
      perHour: fitted(warm.map(({ seconds, value }) => [seconds / 3600, value])).slope,
      grows: late > early * (1 + share) + more,
    };
  });
}
