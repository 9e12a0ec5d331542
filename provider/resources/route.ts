import { z } from "zod";
import { addressOf, replicationUrl, urlProblem } from "../operations-api";
import { type CommonInputs, type CommonOutputs, defineResource } from "../resource";
import { hasUnknown } from "../unknown";
import { commonInputs, commonOutputs, identityOf } from "./common";
import { routeHazards } from "./hazards";
import { routesRead } from "./read-back";
import { checkRouteAddress, routeAddress } from "./route-list";
import { pendingRoutes } from "./route-pending";
import { writeRoutes } from "./route-writes";
import { declares } from "./sole-owners";
import { requireRouteOperations } from "./versions";

export interface RouteInputs extends CommonInputs {
  hostname?: string | undefined;
  port?: number | undefined;
  url?: string | undefined;
}
export type RouteState = RouteInputs & CommonOutputs & { address: string };

/** One address in an instance's list of routes. */
export const route = defineResource<RouteInputs, RouteState>({
  name: "Route",
  description:
    "One address in the list of routes that the target dials when it starts. Harper reads the list at a full restart; until then the change is pending. Routes that are there keep their order; new ones follow, in alphabetical order where the engine starts them together: `dependsOn` gives them one of your own.",
  inputs: z.strictObject({
    ...commonInputs,
    ...routeAddress,
    url: routeAddress.url.meta({ ...routeAddress.url.meta(), replaceOnChanges: true }),
  }),
  outputs: z.strictObject({
    ...commonOutputs,
    address: z.string().meta({ description: "The address in one spelling: `wss://host:port`." }),
  }),

  rules: checkRouteAddress,

  complete(inputs) {
    if (hasUnknown(inputs)) return;
    inputs.url = addressIn(inputs);
    inputs.hostname = undefined;
    inputs.port = undefined;
  },

  async liveRules(_inputs, context, fail) {
    declares("Route", context, fail);
    await requireRouteOperations(context.at, "target", fail);
  },

  hazards: routeHazards,

  id: ({ instance, address }) => `${instance}/${address}`,
  within: ([instance]) => [`${instance}/routes`],
  expected: async (inputs) => ({ address: addressIn(inputs) }),
  idForms: { "wss://HOST:PORT": "that address in the instance's list" },
  fromId: (rest) => (urlProblem(rest) ? undefined : { url: rest }),

  assume: (wanted) => ({ address: addressIn(wanted) }),

  async observe(like, { at }) {
    const address = addressIn(like);
    const stored = await at.client.storedRoutes();
    if (!stored.some((other) => addressOf(other) === address)) return undefined;
    const { target, adopt } = like;
    return { target, adopt, url: address, address, ...(await identityOf(at)) };
  },

  async write(wanted, _before, { at }) {
    await at.burst(writeRoutes).submit({ address: addressIn(wanted), there: true });
  },

  async remove(state, { at }) {
    await at.burst(writeRoutes).submit({ address: addressIn(state), there: false });
    return true;
  },

  lastRead: (like, context) => routesRead(context, addressIn(like)),

  pending: (_state, { at }) => pendingRoutes(at),
});

function addressIn({ hostname, port, url, address }: Partial<RouteState>): string {
  const found =
    hostname !== undefined || url !== undefined ? addressOf(url ?? replicationUrl(hostname as string, port)) : address;
  return found ?? "";
}
