import type { Changing } from "../../resource";
import { nameOf } from "../route-list";
import type { RoutesInputs, RoutesState } from "../routes";
import { routeHazards } from "./route";

/** What a list removes by being written, who becomes the first, and what new addresses bring back. */
export async function routesHazards(
  wanted: Partial<RoutesInputs>,
  before: RoutesState | undefined,
  context: Changing,
): Promise<void> {
  const { at, tell } = context;
  const { routes, adopt } = wanted;
  if (!routes) return;
  const stored = (await at.client.storedRoutes()).map(nameOf);
  const declared = routes.map(({ url }) => url);
  const removed = stored.filter((name) => !declared.includes(name));
  const text = `Routes of ${at.name}: ${removed.join(", ")}`;
  if (removed.length > 0 && !before && adopt !== "always")
    tell(
      "warning",
      `${text} ${removed.length > 1 ? "are" : "is"} there and not declared, so \`up\` refuses to take the list over: declare what is to stay, and set adopt: "always" to remove the rest.`,
    );
  else if (removed.length > 0) tell("warning", `${text} will be removed, as it is not declared.`);
  const [first, next] = [stored[0], declared[0]];
  if (first !== undefined && next !== undefined && first !== next)
    tell(
      "info",
      `Routes of ${at.name}: the first one will be ${next}, not ${first}: after its next start ${at.name} copies whole databases from there.`,
    );
  for (const url of declared.filter((name) => !stored.includes(name))) await routeHazards({ url }, undefined, context);
}
