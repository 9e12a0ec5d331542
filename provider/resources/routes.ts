import { z } from "zod";
import { addressOf, urlProblem } from "../operations-api";
import { defineResource, type Fail } from "../resource";
import { hasUnknown } from "../unknown";
import { commonInputs, commonOutputs, identityOf, undeclaredOutput } from "./common";
import { routesHazards } from "./hazards";
import { routesRead } from "./read-back";
import {
  checkRouteAddress,
  divided,
  isSameList,
  knownRoute,
  knownRoutes,
  nameOf,
  type RouteEntry,
  type RoutesInputs,
  type RoutesState,
  readRoute,
  routeEntrySchema,
  wholeRoute,
} from "./route-list";
import { pendingRoutes } from "./route-pending";
import { writeLists, writeRoutes } from "./route-writes";
import { declares } from "./sole-owners";
import { requireRouteOperations } from "./versions";

/** All routes of an instance, in their order. */
export const routes = defineResource<RoutesInputs, RoutesState>({
  name: "Routes",
  description:
    "All routes of the target, in their order: the first one is dialled first, and is whom the target copies whole databases from. What is there and not declared is removed, and preview names it. Deleting it removes what it declares. Harper reads the list at a full restart; until then the change is pending. Not together with Route resources of the same target.",
  inputs: z.strictObject({
    ...commonInputs,
    routes: z
      .array(
        z.union([z.string().min(1), routeEntrySchema], {
          error: `must be wss://host:port, or an object with ${Object.keys(routeEntrySchema.shape).join(", ")} and nothing else`,
        }),
      )
      .meta({
        description: "The routes in their order, each as `wss://host:port` or with its settings. An empty list: none.",
        sameAs: (state, wanted) => isSameList(knownRoutes(state), knownRoutes(wanted)),
      }),
  }),
  outputs: z.strictObject({ ...commonOutputs, undeclared: undeclaredOutput("Routes") }),

  rules(inputs, fail) {
    if (!Array.isArray(inputs.routes)) return;
    const seen = new Set<string>();
    for (const [index, given] of inputs.routes.entries()) {
      checkEntry(given, `routes[${index}]`, fail);
      if (hasUnknown(given)) continue;
      const { url } = knownRoute(given);
      if (seen.has(url)) fail(`routes[${index}]`, `${url} is given twice`);
      seen.add(url);
    }
  },

  complete(inputs) {
    if (Array.isArray(inputs.routes))
      inputs.routes = inputs.routes.map((given) => (hasUnknown(given) ? given : knownRoute(given)));
  },

  async liveRules(_inputs, context, fail) {
    declares("Routes", context, fail);
    await requireRouteOperations(context.at, "target", fail);
  },

  hazards: routesHazards,

  id: ({ instance }) => `${instance}/routes`,
  isWhole: () => true,
  idForms: { routes: "the whole list of the instance" },
  fromId: (rest) => (rest === "routes" ? {} : undefined),
  async declareAll(like, { at }) {
    const stored = await at.client.storedRoutes();
    return { ...like, routes: stored.filter(addressOf).map(wholeRoute) };
  },

  /** An empty list that is declared to have routes is none yet; once it was made it is one from which they were taken. */
  async observe(like, { at }) {
    const stored = await at.client.storedRoutes();
    const wanted = knownRoutes(like.routes);
    if (!("instance" in like) && stored.length === 0 && wanted.length > 0) return undefined;
    const declared = new Map(wanted.map((one) => [one.url, one]));
    const { known, others } = divided(stored, wanted);
    return {
      target: like.target,
      adopt: like.adopt,
      routes: known.map((one) => readRoute(one, (name) => declared.get(nameOf(one))?.[name] !== undefined)),
      ...(others.length > 0 && { undeclared: others.map(nameOf) }),
      ...(await identityOf(at)),
    };
  },

  async write(wanted, _before, { at }) {
    await at.burst(writeLists).submit(wanted.routes);
  },

  /** What nobody declares stays. */
  async remove({ routes: declared }, { at }) {
    const gone = knownRoutes(declared).map(({ url: address }) =>
      at.burst(writeRoutes).submit({ address, there: false }),
    );
    await Promise.all(gone);
    return true;
  },
  isGone: async ({ routes: declared }, { at }) =>
    divided(await at.client.storedRoutes(), knownRoutes(declared)).known.length === 0,

  undeclared: ({ undeclared = [] }) => undeclared,

  lastRead: (_like, context) => routesRead(context),

  pending: (_state, { at }) => pendingRoutes(at),
});

function checkEntry(given: string | RouteEntry, path: string, fail: Fail): void {
  if (typeof given !== "string" && typeof given !== "object") return;
  const wrongUrl = typeof given === "string" && urlProblem(given);
  if (wrongUrl) fail(path, wrongUrl);
  if (typeof given === "object") checkRouteAddress(given, (property, reason) => fail(`${path}.${property}`, reason));
}
