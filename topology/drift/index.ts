import type { Live } from "../live/snapshot";
import { declaredBy } from "../program/declared";
import { closedSockets, versionSkew } from "./health";
import { callingNames } from "./names";
import type { Drifted, readRefresh } from "./refreshed";
import { unmanagedIn } from "./unmanaged";

export { readRefresh } from "./refreshed";

/** How a live cluster is otherwise than a stack has it, in lines by kind. */
export interface Drift {
  /** Declared, and otherwise or gone. */
  drift: string[];
  /** There, and declared by no resource of the stack. */
  unmanaged: string[];
  /** What a mesh told its members of what is declared elsewhere. */
  echo: string[];
  /** As declared, and not connected. */
  health: string[];
  versions: string[];
  /** Stored, and not done before a restart or a reconnect. */
  pending: string[];
  /** Instances that could not be asked. */
  silent: string[];
}

export function driftOf(refreshed: ReturnType<typeof readRefresh>, live: Live, pending: string[]): Drift {
  const names = Object.fromEntries(live.instances.map(({ name, reports }) => [name, reports]));
  const declared = declaredBy(refreshed.resources, names);
  const nameOf = callingNames(live, declared);
  const found = unmanagedIn(live, declared, refreshed.resources, nameOf);
  const of = (kind: "unmanaged" | "echo") =>
    found.filter((one) => one.kind === kind).map(({ instance, text }) => `${instance} ${text}`);
  return {
    drift: refreshed.drifted.map(sentence),
    unmanaged: of("unmanaged"),
    echo: of("echo"),
    health: closedSockets(live, nameOf),
    versions: versionSkew(live),
    pending,
    silent: live.silent.map(({ name, problem }) => `${name}: ${problem}`),
  };
}

function sentence({ resource, gone, fields }: Drifted): string {
  const what = `${resource.type} "${resource.name}"`;
  if (gone) return `${what} is gone`;
  return `${what}: ${fields.map(({ field, before, after }) => `${field} is ${shown(after)}, and was ${shown(before)}`).join("; ")}`;
}

const shown = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));
