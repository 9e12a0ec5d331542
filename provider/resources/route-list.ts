import { z } from "zod";
import { withoutUndefined } from "../check";
import { addressOf, defaultReplicationPort, replicationUrl, type WireRoute, withoutUserinfo } from "../operations-api";
import type { CommonInputs, CommonOutputs, Fail } from "../resource";
import { checkAddress } from "./common";

/** Where a route leads, wherever one is declared. */
export const routeAddress = {
  hostname: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Host to dial. Either this or `url`; it is kept as `url`." }),
  port: z
    .number()
    .int()
    .min(1)
    .max(65535)
    .optional()
    .meta({ description: `Port of \`hostname\`. Default ${defaultReplicationPort}.` }),
  url: z.string().min(1).optional().meta({ description: "`wss://host:port` to dial. Either this or `hostname`." }),
};

/** What else Harper reads of a route, of a peer that is no node of the target yet. */
const routeSettings = {
  replicates: z.boolean().optional().meta({
    description: "`false`: the address is in the list, and nothing is replicated over it. Harper's default is true.",
  }),
  startTime: z.iso.datetime({ offset: true }).optional().meta({
    description: "ISO 8601 time from which rows are wanted when the peer is dialled for the first time.",
  }),
  revokedCertificates: z.array(z.string().min(1)).optional().meta({
    description: "Serial numbers of certificates of the peer that are not accepted.",
  }),
};
type SettingName = keyof typeof routeSettings;
const settingNames = Object.keys(routeSettings) as SettingName[];

export const routeEntrySchema = z.strictObject({ ...routeAddress, ...routeSettings }).meta({
  id: "RouteEntry",
  description:
    "One route of a list. Harper looks at `replicates`, `startTime` and `revokedCertificates` as long as the peer is no node of the target; what is not given of them stays as it is there.",
});
export type RouteEntry = z.output<typeof routeEntrySchema>;
/** The same in the one spelling in which it is kept and compared. */
export type KnownRoute = Omit<RouteEntry, "hostname" | "port" | "url"> & { url: string };

/** What is wrong with the address of a route that no instance need be asked about. */
export function checkRouteAddress(
  { hostname, port, url }: { hostname?: unknown; port?: unknown; url?: unknown },
  fail: Fail,
): void {
  checkAddress({ hostname, url }, fail);
  if (url !== undefined && port !== undefined) fail("port", "belongs to hostname; write the port into url");
}

/** A declared route in its one spelling. */
export function knownRoute(given: string | RouteEntry): KnownRoute {
  if (typeof given === "string") return { url: addressOf(given) ?? given };
  const { hostname = "", port, url = replicationUrl(hostname, port), ...settings } = given;
  return withoutUndefined({ url: addressOf(url) ?? url, ...settings });
}

/** The routes in a state, which may hold anything. */
export const knownRoutes = (value: unknown): KnownRoute[] =>
  (Array.isArray(value) ? value : []).filter((one) => typeof Object(one).url === "string");

/** A stored route by its address, or as it stands where it has none, with the settings that are asked for. */
export function readRoute(stored: WireRoute, asked: (name: SettingName) => boolean): KnownRoute {
  const settings = settingNames.filter((name) => asked(name) && Object(stored)[name] !== undefined);
  return { url: nameOf(stored), ...Object.fromEntries(settings.map((name) => [name, Object(stored)[name]])) };
}

/** The same with all of it that can be declared. */
export const wholeRoute = (stored: WireRoute): KnownRoute =>
  readRoute(stored, (name) => routeSettings[name].safeParse(Object(stored)[name]).success);

export const nameOf = (stored: WireRoute): string => addressOf(stored) ?? withoutUserinfo(JSON.stringify(stored));

/** The stored routes that are declared, in their order, and the others. Of two with one address the second is another. */
export function divided(stored: readonly WireRoute[], declared: readonly KnownRoute[]) {
  const open = new Set(declared.map(({ url }) => url));
  const { known = [], others = [] } = Object.groupBy(stored, (one) => (open.delete(nameOf(one)) ? "known" : "others"));
  return { known, others };
}

/** The whole list as it is to be: what stays keeps its spelling, and what nobody here declares of it. */
export function listOf(stored: readonly WireRoute[], declared: readonly KnownRoute[]): WireRoute[] {
  const there = new Map(stored.toReversed().map((one) => [nameOf(one), one]));
  return declared.map((wanted) => {
    const { url, ...settings } = wanted;
    const one = there.get(url) ?? url;
    if (
      isSameRoute(
        readRoute(one, () => true),
        wanted,
      )
    )
      return one;
    return typeof one === "string" ? wanted : { ...one, ...settings };
  });
}

export const isAsDeclared = (stored: readonly WireRoute[], declared: readonly KnownRoute[]): boolean =>
  isSameList(
    stored.map((one) => readRoute(one, () => true)),
    declared,
  );

/** Whether a list is, in its order, what another one wants of it. */
export const isSameList = (there: readonly KnownRoute[], wanted: readonly KnownRoute[]): boolean =>
  there.length === wanted.length && wanted.every((one, index) => isSameRoute(there[index], one));

function isSameRoute(there: KnownRoute | undefined, wanted: KnownRoute): boolean {
  if (there?.url !== wanted.url) return false;
  const { replicates = true, startTime, revokedCertificates } = there;
  return (
    (wanted.replicates ?? replicates) === replicates &&
    (wanted.startTime === undefined || timeOf(wanted.startTime) === timeOf(startTime)) &&
    (wanted.revokedCertificates === undefined || isSameSet(revokedCertificates, wanted.revokedCertificates))
  );
}

/** A file may have anything in place of a list. */
const isSameSet = (there: unknown = [], wanted: string[]): boolean =>
  Array.isArray(there) && new Set(there).symmetricDifference(new Set(wanted)).size === 0;

/** Harper takes milliseconds, too. */
const timeOf = (time: string | undefined): number => (time === undefined ? Number.NaN : new Date(time).getTime());

/** Once they are checked; a program may give addresses in their place, or hosts. */
export interface RoutesInputs extends CommonInputs {
  routes: KnownRoute[];
}
export type RoutesState = RoutesInputs & CommonOutputs & { undeclared?: string[] | undefined };
