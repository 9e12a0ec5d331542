// Pictures of results.json. Drawn by hand as topology/show/svg.ts is: three charts of lines are less than a library.
import type { StepName } from "./contenders/contender.mts";
import { type Chart, chart, type Series } from "./plots/chart.mts";
import { isMeasured, type Measured, type Result } from "./results.mts";

/** In the order of the colours; a contender keeps its own in every picture. */
const order = ["plugin", "dynamic", "engine alone", "terraform", "terraform, blind", "shell calls", "limit"];

const seconds = ({ seconds }: Measured) => seconds;
const calls = ({ calls }: Measured) => calls.total;
const memory = ({ usage }: Measured) => Object.values(usage ?? {}).reduce((sum, one) => sum + one.memory, 0) / 1e6;

const pictures: Record<string, { title: string; unit: string; step: StepName; of: (step: Measured) => number }> = {
  "up-seconds": { title: "up: seconds", unit: "s", step: "up", of: seconds },
  "preview-seconds": { title: "preview without changes: seconds", unit: "s", step: "preview", of: seconds },
  "up-calls": { title: "up: API calls", unit: "", step: "up", of: calls },
  "preview-calls": { title: "preview without changes: API calls", unit: "", step: "preview", of: calls },
  "up-memory": { title: "up: memory of engine, program and provider", unit: "MB", step: "up", of: memory },
};

/** By file name. Each over the number of edges on one instance. */
export function plots(results: readonly Result[]): Record<string, string> {
  const onOne = results.filter((one) => /^[\d,]+ edges, 1 instance$/.test(one.case.name));
  const entries = Object.entries(pictures).flatMap(([name, { title, unit, step, of }]) => {
    const series = order.flatMap((contender, colour): Series[] => {
      const points = onOne
        .filter((one) => one.contender === contender)
        .flatMap(({ case: { edges }, steps }): [number, number][] => {
          const outcome = steps[step];
          return isMeasured(outcome) && of(outcome) > 0 ? [[edges, of(outcome)]] : [];
        })
        .toSorted(([one], [other]) => one - other);
      return points.length === 0 ? [] : [{ name: contender, colour, points }];
    });
    const drawn: Chart = { title: `${title}, over edges on one instance`, x: "edges", unit, series };
    return series.length === 0 ? [] : [[`${name}.svg`, chart(drawn)] as const];
  });
  return Object.fromEntries(entries);
}
