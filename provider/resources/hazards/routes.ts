import type { WireRoute } from "../../operations-api";
import type { Changing, Context } from "../../resource";
import type { RoutesInputs, RoutesState } from "../route-list";
import { type KnownRoute, nameOf, readRoute } from "../route-list";
import { routeHazards } from "./route";

/** What a list removes by being written, who becomes the first, and whom it brings back. */
export async function routesHazards(
  wanted: Partial<RoutesInputs>,
  before: RoutesState | undefined,
  context: Changing,
): Promise<void> {
  const { routes, adopt } = wanted;
  if (!routes) return;
  const stored = await context.at.client.storedRoutes();
  tellOfRemoved(stored, routes, before !== undefined || adopt === "always", context);
  tellOfFirst(stored, routes, context);
  const dialled = new Set(stored.map((one) => readRoute(one, () => true)).flatMap(dialledBy));
  for (const url of routes.flatMap(dialledBy)) if (!dialled.has(url)) await routeHazards({ url }, undefined, context);
}

/** A route that does not replicate is in the list, and nobody is dialled by it. */
const dialledBy = ({ url, replicates }: KnownRoute): string[] => (replicates === false ? [] : [url]);

function tellOfRemoved(
  stored: WireRoute[],
  routes: KnownRoute[],
  isRemoved: boolean,
  { at, tell }: Pick<Context, "at" | "tell">,
): void {
  const removed = stored.map(nameOf).filter((name) => !routes.some(({ url }) => url === name));
  if (removed.length === 0) return;
  const fate = isRemoved
    ? "will be removed, as the program does not declare it."
    : 'is there and not declared, so `up` refuses to take the list over: declare what is to stay, and set adopt: "always" to remove the rest.';
  tell("warning", `Routes of ${at.name}: ${removed.join(", ")} ${fate}`);
}

function tellOfFirst([there]: WireRoute[], [wanted]: KnownRoute[], { at, tell }: Pick<Context, "at" | "tell">): void {
  if (there === undefined || wanted === undefined || nameOf(there) === wanted.url) return;
  tell(
    "info",
    `Routes of ${at.name}: the first one will be ${wanted.url}, not ${nameOf(there)}: after its next start ${at.name} copies whole databases from there.`,
  );
}
