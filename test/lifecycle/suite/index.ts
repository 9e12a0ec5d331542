import { afterEach, beforeEach, describe } from "vitest";
import { Stage } from "../stage";
import type { Start, World } from "../world";
import { clusterConfigurationLife } from "./cluster-configuration";
import { halfDone } from "./half-done";
import { wrongInput } from "./input";
import { nodeLife } from "./node";
import { readyLife } from "./ready";
import { routeLife } from "./route";
import { routesLife } from "./routes";
import { subscriptionLife } from "./subscription";

/** The whole life of every resource, the same on the stand-in and on real instances, for the core and through the plugin. */
export function lifecycleSuite(label: string, open: () => Promise<World>, start?: Start) {
  describe(`lifecycle on ${label}`, () => {
    const stage = new Stage(open, start);
    beforeEach(() => stage.begin());
    afterEach(() => stage.end());

    nodeLife(stage);
    subscriptionLife(stage);
    routeLife(stage);
    readyLife(stage);
    routesLife(stage);
    clusterConfigurationLife(stage);
    wrongInput(stage);
    halfDone(stage);
  });
}
