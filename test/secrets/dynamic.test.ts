import type { setTimeout } from "node:timers/promises";
import { vi } from "vitest";
import { runDynamic } from "./dynamic";
import { frontEndSuite } from "./front-end-suite";

// Nobody can give the dynamic provider other pauses: those between tries and polls take no time here.
vi.mock("node:timers/promises", async (original) => {
  const real: { setTimeout: typeof setTimeout } = await original();
  const short = (ms = 0, ...rest: [value?: never, options?: object]) => real.setTimeout(ms < 3000 ? 0 : ms, ...rest);
  return { ...real, setTimeout: short };
});

frontEndSuite("dynamic provider", runDynamic);
