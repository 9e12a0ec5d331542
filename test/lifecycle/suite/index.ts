import { afterEach, beforeEach, describe } from "vitest";
import { Stage } from "../stage";
import type { World } from "../world";
import { halfDone } from "./half-done";
import { wrongInput } from "./input";
import { nodeLife } from "./node";
import { routeLife } from "./route";
import { subscriptionLife } from "./subscription";

/** The whole life of every resource, the same on the stand-in and on real instances. */
export function lifecycleSuite(label: string, open: () => Promise<World>) {
  describe(`lifecycle on ${label}`, () => {
    const stage = new Stage(open);
    beforeEach(() => stage.begin());
    afterEach(() => stage.end());

    nodeLife(stage);
    subscriptionLife(stage);
    routeLife(stage);
    wrongInput(stage);
    halfDone(stage);
  });
}
