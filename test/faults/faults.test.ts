import { afterAll, beforeAll, describe, test } from "vitest";
import { createTables } from "../../scripts/demo/harper.mts";
import { harper } from "../e2e/stack";
import { type Fault, nameOf, Trial } from "./fault";
import { kinds, timeoutSeconds } from "./kinds";
import { programsOf } from "./programs";
import { scenarios } from "./scenarios";
import { Site } from "./site";
import { SmallEngine } from "./small-engine";

const all: Fault[] = kinds.flatMap((kind) =>
  scenarios.flatMap((scenario) =>
    scenario.calls
      .filter(
        ({ after }) =>
          kind.of === "both" || (kind.of === "reads") === (after !== undefined || scenario.from === scenario.to),
      )
      .map((call) => ({ scenario, call, kind })),
  ),
);
const wanted = process.env.FAULTS ?? "";

describe("a stand-in for the engine, the real plugin", () => {
  let site: Site;
  let trial: Trial;
  beforeAll(async () => {
    await createTables(harper(), ["dog", "cat", "bird"]);
    site = await Site.open(harper(), process.env.PULUMI_HARPER_TEST_CLUSTER ?? "");
    const secrets = Object.values(harper()).flatMap(({ username, password }) => [
      password,
      encodeURIComponent(password),
      Buffer.from(`${username}:${password}`).toString("base64"),
    ]);
    trial = new Trial(site, new SmallEngine(site.reached, timeoutSeconds), programsOf(harper()), secrets);
  });
  afterAll(() => site.close());

  test.for(all.map((fault) => [nameOf(fault), fault] as const).filter(([name]) => name.includes(wanted)))(
    "%s",
    ([, fault]) => trial.survive(fault),
  );
});
