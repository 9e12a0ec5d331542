import { badRequest } from "./errors";
import type { Instance } from "./instance";
import type { Fields } from "./store";
import type { Route } from "./types";
import { validate } from "./validation";

// A copy of the server's comparison with its faults: `host` is compared before `hostname`, absent equals absent.
function holds(list: readonly Route[], route: Route): boolean {
  if (typeof route === "string") return list.includes(route);
  return list.some((one) => {
    const other = one as Fields;
    return (other.host === route.host || other.hostname === route.hostname) && other.port === route.port;
  });
}

const isPort = (port: unknown) =>
  port == null || (typeof port === "number" && port >= 0) || (typeof port === "string" && port !== "");
const isName = (name: unknown) => typeof name === "string" && name !== "";

function isRoute(route: unknown): boolean {
  if (typeof route === "string") return route !== "";
  if (typeof route !== "object" || route === null || Array.isArray(route)) return false;
  const { host, hostname, port } = route as Fields;
  return (isName(host) || isName(hostname)) && isPort(port);
}

function validateRoutes(body: Fields): Route[] {
  validate(body, { routes: () => undefined }, ["routes"]);
  const { server, routes } = body;
  if (server !== undefined && server !== "hub" && server !== "leaf")
    throw badRequest("'server' must be one of [hub, leaf]");
  if (routes === null) return routes as unknown as Route[];
  if (!Array.isArray(routes)) throw badRequest("'routes' must be one of [array]");
  if (!routes.every(isRoute)) throw badRequest("'routes' does not match any of the allowed types");
  return routes as Route[];
}

export function setRoutes(instance: Instance, body: Fields) {
  const asked = validateRoutes(body);
  const set: Route[] = [];
  const skipped: Route[] = [];
  // With `routes: null` at boot the list is a fresh one each time, so what was set before is forgotten.
  const routes = instance.routes.memory ?? [];
  if (asked === null) throw new TypeError("Cannot read properties of null (reading 'forEach')");
  for (const route of asked) {
    if (holds(routes, route)) skipped.push(route);
    else {
      routes.push(route);
      set.push(route);
    }
  }
  instance.routes.file = structuredClone(routes);
  return { message: "cluster routes successfully set", set, skipped };
}

export function getRoutes(instance: Instance): Route[] {
  return instance.routes.memory ?? [];
}

export function deleteRoutes(instance: Instance, body: Fields) {
  const asked = validateRoutes(body);
  const deleted: Route[] = [];
  const kept: Route[] = [];
  const routes = instance.routes.memory ?? [];
  if (asked === null && routes.length > 0) throw new TypeError("Cannot read properties of null (reading 'includes')");
  for (const route of routes) (holds(asked, route) ? deleted : kept).push(route);
  instance.routes.file = structuredClone(kept);
  return { message: "cluster routes successfully deleted", deleted, skipped: kept };
}
